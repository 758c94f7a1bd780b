/** A message as archives have it. */
import { unquoteLocal } from '../mail/quote.ts';
import { headerLines } from './bytes.ts';

export interface ArchivedMessage {
  /** Exactly as it came in. */
  readonly raw: Uint8Array;
  /** Internal form, '' the null sender; undefined: the archive does not say. */
  readonly sender?: string | undefined;
  readonly recipients?: readonly string[] | undefined;
  readonly isRead?: boolean | undefined;
  readonly isStarred?: boolean | undefined;
}

/** One that is put into an archive. */
export interface OutgoingMessage extends ArchivedMessage {
  /** Its number, with the copy's behind it where a mailbox has several. */
  readonly name: string;
  readonly sender: string;
  readonly recipients: readonly string[];
  /** ms since the epoch. */
  readonly arrivedAt: number;
  readonly isRead: boolean;
  readonly isStarred: boolean;
}

const RETURN_PATH = /^return-path:[ \t]*<?([^>\r\n]*?)>?[ \t]*$/i;

/** A message file by itself: Return-Path says who sent it. */
export function fromMessageFile(raw: Uint8Array): ArchivedMessage {
  const line = headerLines(raw).find((header) => RETURN_PATH.test(header));
  const path = line === undefined ? undefined : RETURN_PATH.exec(line)?.[1];
  return { raw, sender: path === undefined ? undefined : unquoteLocal(path) };
}
