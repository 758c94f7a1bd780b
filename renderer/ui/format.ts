/** Sizes, times and counts as a person reads them. Pure; `now` and times are ms since the epoch. */
const counts = new Intl.NumberFormat('en-US');
const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });
const dayWithYear = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });
const full = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'medium' });

export const formatCount = (count: number): string => counts.format(count);

/** `512 B`, `18.4 kB`, `9 MB`: powers of 1000, one digit after the point below 100. */
export function formatSize(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const units = ['kB', 'MB', 'GB', 'TB'];
  let value = bytes / 1000;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  const digits = value < 99.95 ? value.toFixed(1).replace(/\.0$/, '') : String(Math.round(value));
  return `${digits} ${units[unit] ?? ''}`;
}

/** Today the time to the second, this year the day, else the date. */
export function formatWhen(at: number, now: number): string {
  const then = new Date(at);
  const today = new Date(now);
  if (then.toDateString() === today.toDateString()) return clock.format(then);
  return then.getFullYear() === today.getFullYear() ? day.format(then) : dayWithYear.format(then);
}

export const formatTime = (at: number): string => clock.format(new Date(at));
export const formatFull = (at: number): string => full.format(new Date(at));

/** `in 2 min 10 s`, `in 11 min`, `in 3 h 20 min`; `now` when it is due. */
export function formatIn(at: number, now: number): string {
  const seconds = Math.round((at - now) / 1000);
  if (seconds <= 0) return 'now';
  if (seconds < 60) return `in ${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 10 && seconds % 60 !== 0) return `in ${minutes} min ${seconds % 60} s`;
  if (minutes < 60) return `in ${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours >= 48) return `in ${Math.floor(hours / 24)} days`;
  return minutes % 60 === 0 ? `in ${hours} h` : `in ${hours} h ${minutes % 60} min`;
}

/** `1 h`, `2 days 3 h`, `5 min 30 s`: the two largest units that count. */
export function formatSpan(milliseconds: number): string {
  let rest = Math.round(milliseconds / 1000);
  const parts: string[] = [];
  for (const [unit, size] of [
    ['day', 86_400],
    ['h', 3_600],
    ['min', 60],
    ['s', 1],
  ] as const) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) parts.push(`${count} ${unit === 'day' && count > 1 ? 'days' : unit}`);
  }
  return parts.length === 0 ? '0 s' : parts.slice(0, 2).join(' ');
}

/** A mail a second or more in whole numbers, below with one digit. */
export const formatRate = (rate: number): string =>
  rate >= 10 ? counts.format(Math.round(rate)) : rate.toFixed(1);
