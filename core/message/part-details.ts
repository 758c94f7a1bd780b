/** One part looked at closely: its header, its decoded size and checksums, and what it says where that can be shown. */
import { createHash } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { StoredPart } from '../store/store.ts';
import type { Calendar } from './calendar.ts';
import type { Card } from './cards.ts';
import { calendarIn, cardsIn } from './content-parts.ts';
import { decodedBytes } from './decode.ts';
import { readFields, type FieldAsWritten } from './headers.ts';
import { kindOf } from './kind.ts';
import type { OpenedMessage } from './opened.ts';

export interface PartDetails {
  readonly headers: readonly FieldAsWritten[];
  /** Bytes without the transfer encoding: what is saved. */
  readonly decodedSize: number;
  /** Of the decoded bytes, in hex. */
  readonly sha256: string;
  readonly md5: string;
  readonly calendar?: Calendar;
  readonly cards?: readonly Card[];
}

const PIECE = 4 * 1024 * 1024;

async function checksums(bytes: Uint8Array): Promise<Pick<PartDetails, 'sha256' | 'md5'>> {
  const sha256 = createHash('sha256');
  const md5 = createHash('md5');
  for (let at = 0; at < bytes.length; at += PIECE) {
    const piece = bytes.subarray(at, at + PIECE);
    sha256.update(piece);
    md5.update(piece);
    if (at + PIECE < bytes.length) await nextTurn();
  }
  return { sha256: sha256.digest('hex'), md5: md5.digest('hex') };
}

function meaning(part: StoredPart, body: Uint8Array): Pick<PartDetails, 'calendar' | 'cards'> {
  switch (kindOf(part)) {
    case 'calendar': {
      const calendar = calendarIn(part, body);
      return calendar === undefined ? {} : { calendar };
    }
    case 'contact': {
      const cards = cardsIn(part, body);
      return cards === undefined ? {} : { cards };
    }
    default:
      return {};
  }
}

export async function partDetails({ content, body }: OpenedMessage, part: StoredPart): Promise<PartDetails> {
  const header = part.depth === 0 ? content.header : body.subarray(part.headerStart, part.bodyStart);
  const bytes = decodedBytes(part, body);
  return {
    headers: readFields(header),
    decodedSize: bytes.length,
    ...(await checksums(bytes)),
    ...meaning(part, body),
  };
}
