/** What a calendar part says (RFC 5545, RFC 5546): its method and events, for reading. No recurrence is computed. */
import { contentLines, unescapeText, type ContentLine } from './content-lines.ts';

/** A moment as it was written: a day, a local time, or one in UTC; with its time zone's name. */
export interface CalendarTime {
  /** `2026-11-22`, `2026-11-22T14:00`, `2026-11-22T14:00Z` */
  readonly at: string;
  readonly zone: string;
}

export interface CalendarEvent {
  readonly summary: string;
  readonly location: string;
  readonly description: string;
  readonly start?: CalendarTime;
  readonly end?: CalendarTime;
  /** As written: `FREQ=WEEKLY;COUNT=5`. */
  readonly recurrence: string;
  readonly status: string;
  readonly organizer: string;
  readonly attendees: readonly { readonly name: string; readonly answer: string }[];
}

export interface Calendar {
  /** `REQUEST`, `CANCEL`, `REPLY`, ...; '' when there is none. */
  readonly method: string;
  readonly events: readonly CalendarEvent[];
}

const MOST_EVENTS = 50;
const MOST_ATTENDEES = 200;

function timeOf(line: ContentLine | undefined): CalendarTime | undefined {
  const match = /^(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)\d\d(Z?))?$/.exec(line?.value.trim() ?? '');
  if (line === undefined || match === null) return undefined;
  const [, year = '', month = '', day = '', hour, minute = '', utc = ''] = match;
  const clock = hour === undefined ? '' : `T${hour}:${minute}${utc}`;
  return { at: `${year}-${month}-${day}${clock}`, zone: line.parameters['TZID'] ?? '' };
}

/** A calendar address: its common name, and the address where that says more. */
function personOf({ parameters, value }: ContentLine): string {
  const address = value.replace(/^mailto:/i, '');
  const name = parameters['CN'] ?? '';
  return name === '' || name === address ? address : `${name} <${address}>`;
}

function toEvent(lines: readonly ContentLine[]): CalendarEvent {
  const line = (name: string) => lines.find((one) => one.name === name);
  const text = (name: string) => unescapeText(line(name)?.value ?? '');
  const start = timeOf(line('DTSTART'));
  const end = timeOf(line('DTEND'));
  const organizer = line('ORGANIZER');
  return {
    summary: text('SUMMARY'),
    location: text('LOCATION'),
    description: text('DESCRIPTION'),
    ...(start === undefined ? {} : { start }),
    ...(end === undefined ? {} : { end }),
    recurrence: line('RRULE')?.value ?? '',
    status: text('STATUS'),
    organizer: organizer === undefined ? '' : personOf(organizer),
    attendees: lines
      .filter(({ name }) => name === 'ATTENDEE')
      .slice(0, MOST_ATTENDEES)
      .map((one) => ({ name: personOf(one), answer: one.parameters['PARTSTAT'] ?? '' })),
  };
}

/** Events in the order they end; what stands in a part of an event (an alarm) is not the event's. */
function readEvents(lines: readonly ContentLine[]): readonly CalendarEvent[] {
  const events: CalendarEvent[] = [];
  /** Components around the line that is read, outermost first. */
  const open: string[] = [];
  let event: ContentLine[] = [];
  for (const line of lines) {
    const component = line.value.trim().toUpperCase();
    if (line.name === 'BEGIN') {
      open.push(component);
      if (component === 'VEVENT') event = [];
    } else if (line.name === 'END') {
      if (component === 'VEVENT') events.push(toEvent(event));
      open.pop();
    } else if (open.at(-1) === 'VEVENT') event.push(line);
    if (events.length === MOST_EVENTS) break;
  }
  return events;
}

/** undefined: this is no calendar. */
export function readCalendar(text: string): Calendar | undefined {
  const lines = contentLines(text);
  const isCalendar = lines.some(({ name, value }) => name === 'BEGIN' && /^vcalendar\s*$/i.test(value));
  if (!isCalendar) return undefined;
  const method =
    lines
      .find(({ name }) => name === 'METHOD')
      ?.value.trim()
      .toUpperCase() ?? '';
  return { method, events: readEvents(lines) };
}
