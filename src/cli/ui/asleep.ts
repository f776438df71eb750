/** As Ctrl-Z does where it is no key: the whole job stops, until the shell lets it go on. */
export function asleep(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGCONT', () => resolve());
    process.kill(0, 'SIGTSTP');
  });
}
