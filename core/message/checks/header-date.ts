/** A Date field as RFC 5322 section 3.3 wants it; the obsolete forms of section 4.3 are told apart. */

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const FORM =
  /^(?:(?<name>[a-z]{3}),\s*)?(?<day>\d{1,2})\s+(?<month>[a-z]{3})\s+(?<year>\d{2,})\s+(?<hour>\d\d):(?<minute>\d\d)(?::(?<second>\d\d))?\s+(?<zone>[+-]\d{4}|[a-z]{1,5})$/i;

export type DateReading =
  | { readonly kind: 'bad'; readonly why: string }
  /** Milliseconds since the epoch. */
  | { readonly kind: 'date'; readonly at: number; readonly why?: string };

const without = (text: string) => text.replaceAll(/\([^()]*\)/g, ' ').trim();

function inRange(words: Readonly<Record<string, string | undefined>>): boolean {
  const number = (name: string) => Number(words[name] ?? 0);
  return number('hour') < 24 && number('minute') < 60 && number('second') <= 60 && number('day') >= 1;
}

/** Minutes east of Greenwich; 0 for names, which RFC 5322 calls obsolete. */
function zoneMinutes(zone: string): number {
  const match = /^([+-])(\d\d)(\d\d)$/.exec(zone);
  if (match === null) return 0;
  const [, sign, hours, minutes] = match;
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
}

type Words = Readonly<Record<string, string | undefined>>;

/** Why the words name no day or time; undefined when they do. */
function problemIn(words: Words, monthIndex: number): string | undefined {
  if (monthIndex < 0) return `there is no month ${words['month'] ?? ''}`;
  if (!inRange(words)) return 'a number in it is out of range';
  const day = Number(words['day']);
  const date = new Date(Date.UTC(Number(words['year']), monthIndex, day));
  if (date.getUTCDate() !== day) return `that month has no day ${day}`;
  const weekday = DAYS[date.getUTCDay()] ?? '';
  const isOther = words['name'] !== undefined && words['name'].toLowerCase() !== weekday.toLowerCase();
  return isOther ? `that day is a ${weekday}, not a ${words['name'] ?? ''}` : undefined;
}

function momentOf(words: Words, monthIndex: number): number {
  const number = (name: string) => Number(words[name] ?? 0);
  const minutes = number('hour') * 60 + number('minute') - zoneMinutes(words['zone'] ?? '');
  return Date.UTC(number('year'), monthIndex, number('day')) + (minutes * 60 + number('second')) * 1000;
}

export function readDate(value: string): DateReading {
  const words: Words | undefined = FORM.exec(without(value))?.groups;
  if (words === undefined) {
    return { kind: 'bad', why: 'it has not the form of RFC 5322: Sun, 22 Nov 2026 14:02:11 +0100' };
  }
  const monthIndex = MONTHS.indexOf(words['month']?.toLowerCase() ?? '');
  const why = problemIn(words, monthIndex);
  if (why !== undefined) return { kind: 'bad', why };
  const at = momentOf(words, monthIndex);
  const isOld = (words['year'] ?? '').length < 4 || !/^[+-]/.test(words['zone'] ?? '');
  return isOld
    ? {
        kind: 'date',
        at,
        why: 'it has an obsolete form: a year of four digits and a zone as +0100 are wanted',
      }
    : { kind: 'date', at };
}
