/** Parts that say something to people besides text: calendars and contacts. */
import type { StoredPart } from '../store/store.ts';
import { readCalendar, type Calendar } from './calendar.ts';
import { readCards, type Card } from './cards.ts';
import { decodedText } from './decode.ts';
import { kindOf } from './kind.ts';

/** More of one part is not read. */
const MOST_TEXT = 512 * 1024;

const textOf = (part: StoredPart, body: Uint8Array) =>
  decodedText({ ...part, flowed: 'no' }, body, MOST_TEXT);

export const calendarIn = (part: StoredPart, body: Uint8Array): Calendar | undefined =>
  readCalendar(textOf(part, body));

export const cardsIn = (part: StoredPart, body: Uint8Array): readonly Card[] | undefined =>
  readCards(textOf(part, body));

/** The first calendar of a message: what an invitation invites to. */
export function firstCalendar(parts: readonly StoredPart[], body: Uint8Array): Calendar | undefined {
  const part = parts.find((one) => kindOf(one) === 'calendar');
  return part === undefined ? undefined : calendarIn(part, body);
}
