/** Dates as Postfix writes them into headers, reports and logs. */

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] as const;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;

const two = (value: number): string => String(value).padStart(2, '0');

/** `CET`, `UTC`: making a formatter is slow, so one for each offset is kept. */
const zoneNames = new Map<number, string>();

function zoneName(date: Date, offsetMinutes: number): string {
  let name = zoneNames.get(offsetMinutes);
  if (name === undefined) {
    const parts = new Intl.DateTimeFormat('en-GB', { timeZoneName: 'short' }).formatToParts(date);
    name = parts.find((part) => part.type === 'timeZoneName')?.value ?? 'UTC';
    zoneNames.set(offsetMinutes, name);
  }
  return name;
}

let lastSecond = NaN;
let lastText = '';

/** `Sun, 22 Nov 2026 21:00:00 +0000 (UTC)` in local time, as mail_date(3). The argument is ms since the epoch. */
export function mailDate(at: number): string {
  const second = Math.floor(at / 1000);
  if (second === lastSecond) return lastText;
  const date = new Date(at);
  const offset = -date.getTimezoneOffset();
  const sign = offset < 0 ? '-' : '+';
  const zone = `${sign}${two(Math.floor(Math.abs(offset) / 60))}${two(Math.abs(offset) % 60)}`;
  const day = `${DAYS[date.getDay()] ?? ''}, ${date.getDate()} ${MONTHS[date.getMonth()] ?? ''} ${date.getFullYear()}`;
  const time = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
  lastText = `${day} ${time} ${zone} (${zoneName(date, offset)})`;
  lastSecond = second;
  return lastText;
}

/** `20261122210000`, in UTC: the first part of a Message-Id. */
export function utcStamp(at: number): string {
  const date = new Date(at);
  return (
    String(date.getUTCFullYear()) +
    two(date.getUTCMonth() + 1) +
    two(date.getUTCDate()) +
    two(date.getUTCHours()) +
    two(date.getUTCMinutes()) +
    two(date.getUTCSeconds())
  );
}
