/** Calendars in words. Pure. Times stay in the zone they were written in: what is shown is what the mail says. */
import type { Calendar } from '../../core/api/contract/mail.ts';

type Time = NonNullable<Calendar['events'][number]['start']>;

const METHODS: Readonly<Record<string, string>> = {
  REQUEST: 'Invitation',
  CANCEL: 'Cancelled event',
  REPLY: 'Answer to an invitation',
  COUNTER: 'Counter-proposal',
  DECLINECOUNTER: 'Declined counter-proposal',
  ADD: 'More dates of an event',
  REFRESH: 'Request for the latest version',
  PUBLISH: 'Event',
  '': 'Event',
};

export const methodWords = (method: string): string => METHODS[method] ?? `Calendar (${method})`;

const ANSWERS: Readonly<Record<string, string>> = {
  'NEEDS-ACTION': 'not answered',
  ACCEPTED: 'accepted',
  DECLINED: 'declined',
  TENTATIVE: 'tentative',
  DELEGATED: 'delegated',
};

export const answerWords = (answer: string): string => ANSWERS[answer] ?? answer.toLowerCase();

const days = new Intl.DateTimeFormat('en-GB', { dateStyle: 'full', timeZone: 'UTC' });

const dayOf = ({ at }: Time) => days.format(new Date(`${at.slice(0, 10)}T00:00:00Z`));
const clockOf = ({ at }: Time) => at.slice(11, 16);
const zoneOf = ({ at, zone }: Time) => (at.endsWith('Z') ? 'UTC' : zone);

function momentWords(time: Time): string {
  return [dayOf(time), clockOf(time), zoneOf(time)].filter((text) => text !== '').join(' ');
}

/** `Sunday 22 November 2026 14:00 – 15:30 Europe/Berlin`; without an end, the beginning. */
export function rangeWords(start: Time | undefined, end: Time | undefined): string {
  if (start === undefined) return 'not said';
  if (end === undefined) return momentWords(start);
  const isSameDay = start.at.slice(0, 10) === end.at.slice(0, 10);
  if (!isSameDay || zoneOf(start) !== zoneOf(end)) return `${momentWords(start)} – ${momentWords(end)}`;
  const clock = clockOf(start) === '' ? '' : `${clockOf(start)} – ${clockOf(end)}`;
  return [dayOf(start), clock, zoneOf(start)].filter((text) => text !== '').join(' ');
}
