/** A time that has passed, by its largest unit: drawn anew each minute at most, once it is longer than one. */
export function passed(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return hours < 48
    ? `${hours} h ${`${minutes % 60}`.padStart(2, '0')} min`
    : `${Math.floor(hours / 24)} days`;
}
