/** The paths of `--fields`, without blanks and repetitions. */
export function checkedFields(_command: string, text: string): string[] {
  return [
    ...new Set(
      text
        .split(',')
        .map((f) => f.trim())
        .filter(Boolean),
    ),
  ];
}
