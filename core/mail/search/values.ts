/** Times and sizes as they are typed in a search. */

const DAY = /^(\d{4})-(\d{1,2})(?:-(\d{1,2}))?$/;
const MOMENT = /^(\d{4})-(\d{1,2})-(\d{1,2})T(\d{1,2}):(\d{2})(?::(\d{2}))?$/i;
const AGO = /^(\d{1,6})(m|h|d|w)$/i;
const MS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/** The time in the local zone; undefined: there is no such day or hour. */
function localTime(words: readonly (string | undefined)[]): number | undefined {
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = words.map((word) =>
    word === undefined ? undefined : Number(word),
  );
  const date = new Date(year, month - 1, day, hour, minute, second);
  const isReal = date.getMonth() === month - 1 && date.getDate() === day && hour < 24 && minute < 60;
  return isReal ? date.getTime() : undefined;
}

function dayBefore(now: number, days: number): number {
  const date = new Date(now);
  return new Date(date.getFullYear(), date.getMonth(), date.getDate() - days).getTime();
}

/**
 * `2026-11-22`, `2026-11`, `2026-11-22T14:00` in the local zone, `today`, `yesterday`, `7d` (that long ago; m, h, d, w).
 * Answers ms since the epoch; undefined: not a time.
 */
export function parseSearchTime(text: string, now: number): number | undefined {
  const lower = text.toLowerCase();
  if (lower === 'now') return now;
  if (lower === 'today') return dayBefore(now, 0);
  if (lower === 'yesterday') return dayBefore(now, 1);
  const ago = AGO.exec(lower);
  if (ago !== null) return now - Number(ago[1]) * (MS[ago[2] ?? ''] ?? 0);
  const day = DAY.exec(text) ?? MOMENT.exec(text);
  return day === null ? undefined : localTime(day.slice(1));
}

const SIZE = /^(\d{1,12}(?:\.\d{1,6})?)(k|m|g)?b?$/i;
const FACTOR: Readonly<Record<string, number>> = { '': 1, k: 1e3, m: 1e6, g: 1e9 };

/** `512`, `10k`, `1.5M`, `2MB`: powers of 1000, as sizes are shown. Answers bytes. */
export function parseSearchSize(text: string): number | undefined {
  const match = SIZE.exec(text);
  if (match === null) return undefined;
  return Math.round(Number(match[1]) * (FACTOR[(match[2] ?? '').toLowerCase()] ?? 1));
}
