/**
 * MIME: what stored messages say. Structure with part numbers and byte ranges (RFC 2045 to 2047, 2183, 2231, 2387,
 * 2392; mailsplit does the splitting, libmime the words), text for search, HTML for the sandboxed frame.
 *
 * `createIndexer` reads new messages in a thread of its own, behind the mail path: nothing here is needed to accept or
 * deliver mail. `createMessageReader` answers what a person looks at. A message that cannot be parsed keeps the reason
 * (structureError) and its source; nothing throws for a message's sake.
 *
 * Known limits: uuencode, yEnc, TNEF (winmail.dat), S/MIME and PGP stay attachments, named for what they are; 20,000
 * parts, 8 MB of header, HTML 1,000 elements deep.
 */
export type { Checks } from './checks/checks.ts';
export { decodedBytes, decodedText, encodedBytes } from './decode.ts';
export { bodyOf, deliveredForm, withLf } from '../mail/delivered-form.ts';
export { digestMessage } from './digest.ts';
export { decodeHeaderBytes, parseHeaders, type HeaderField } from './headers.ts';
export { htmlForFrame } from './html-frame.ts';
export { kindOf, PART_KINDS, type PartKind } from './kind.ts';
export { createIndexer, type Indexer } from './indexer.ts';
export type { MessageAt } from './opened.ts';
export type { PartDetails } from './part-details.ts';
export { createMessageReader, type HtmlOptions, type MessageReader, type ReadMessage } from './reader.ts';
export { parseStructure, type Structure } from './structure.ts';
