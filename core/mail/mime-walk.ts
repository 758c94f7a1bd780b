/**
 * Reads a message line by line with its MIME structure (mime_state): headers of the message, of its parts and of
 * attached messages, and body text. Needed only when something looks into the content; the usual message is not
 * walked.
 */
import type { ContentType, Encoding } from './content-type.ts';
import { domainOf, parseContentType, parseEncoding } from './content-type.ts';
import { headerNameLength, headerValue } from './header.ts';
import { isAscii } from './byte-string.ts';
import { encodeQuotedPrintable } from './quoted-printable.ts';

/** Which checks a header belongs to: the message's own, a MIME part's, or those of an attached message. */
export type HeaderClass = 'header' | 'mime' | 'nested';

/** In the order of seriousness: a message is refused for the first it has. */
export const MIME_PROBLEMS = {
  nesting: 'MIME nesting exceeds safety limit',
  headerBits: 'improper use of 8-bit data in message header',
  bodyBits: 'improper use of 8-bit data in message body',
  domain: 'invalid message/* or multipart/* encoding domain',
} as const;
export type MimeProblem = keyof typeof MIME_PROBLEMS;

export interface WalkSettings {
  readonly isDisabled: boolean;
  readonly nestingLimit: number;
  readonly boundaryLimit: number;
  readonly strictHeaders: boolean;
  readonly strictBody: boolean;
  readonly strictEncodingDomain: boolean;
  /** 8-bit parts become quoted-printable, for a server that takes only seven bits (RFC 6152 section 3). */
  readonly isDowngrading?: boolean;
  /** Strict settings and the nesting limit count: not for mail that is not checked. */
  readonly isReporting: boolean;
  readonly headerSizeLimit: number;
}

export interface WalkEvents {
  /** A complete header, folding inside, without line end. */
  header(header: string, where: HeaderClass): Promise<void>;
  /** The message's own headers are complete. */
  headersEnd(): void;
  /** Body text; `offset` counts from the beginning of the part. `isWhole`: a line end follows. */
  body(text: string, isWhole: boolean, offset: number): Promise<void>;
  problem(problem: MimeProblem, text: string): void;
}

interface Level {
  readonly isDigest: boolean;
  readonly boundary: string;
}

const PLAIN_TEXT: ContentType = { type: 'text', subtype: 'plain', boundaries: [] };
const ATTACHED: ContentType = { type: 'message', subtype: 'rfc822', boundaries: [] };
const OTHER: ContentType = { type: 'other', subtype: '', boundaries: [] };

export interface MimeWalk {
  /** One line without its end, or a piece of a long one (`isWhole` false). */
  line(text: string, isWhole: boolean): Promise<void>;
  end(): Promise<void>;
  readonly problems: ReadonlySet<MimeProblem>;
}

/** Where the walk is. */
interface Position {
  readonly settings: WalkSettings;
  readonly events: WalkEvents;
  readonly problems: Set<MimeProblem>;
  where: HeaderClass | 'body';
  type: ContentType;
  encoding: Encoding;
  /** Boundaries of the multiparts that are open, outermost first. */
  levels: readonly Level[];
  /** Bytes of this part's body so far. */
  offset: number;
  /** The header being collected. */
  pending: string | undefined;
  /** The next text belongs to the same line. */
  isContinued: boolean;
  /** Quoted-printable text whose line is not complete. */
  quoted: string;
}

function report(at: Position, problem: MimeProblem, text: string): void {
  if (at.problems.has(problem)) return;
  at.problems.add(problem);
  at.events.problem(problem, text);
}

function enter(at: Position, where: Position['where'], type: ContentType): void {
  at.where = where;
  at.type = type;
  at.encoding = '7bit';
  if (where === 'body') at.offset = 0;
}

function readContentType(at: Position, header: string): void {
  const { settings } = at;
  at.type = parseContentType(headerValue(header));
  if (at.type.type !== 'multipart') return;
  const isDigest = at.type.subtype === 'digest';
  for (const name of at.type.boundaries) {
    if (at.levels.length <= settings.nestingLimit) {
      at.levels = [...at.levels, { isDigest, boundary: name.slice(0, settings.boundaryLimit) }];
    } else if (settings.isReporting) {
      report(at, 'nesting', header);
    }
  }
}

/** Hands over the header that is complete now. */
async function flushHeader(at: Position): Promise<void> {
  const { pending: header, where, settings } = at;
  at.pending = undefined;
  if (header === undefined || where === 'body') return;
  if (!settings.isDisabled) {
    if (/^content-type:/i.test(header)) readContentType(at, header);
    if (/^content-transfer-encoding:/i.test(header)) {
      at.encoding = parseEncoding(headerValue(header)) ?? at.encoding;
    }
  }
  if (settings.isReporting && settings.strictHeaders && !isAscii(header)) report(at, 'headerBits', header);
  // the encoding of what is converted depends on the type, which may come later
  if (isConverting(at) && /^content-transfer-encoding:/i.test(header)) return;
  await at.events.header(header, where);
}

/** Whether the part is 8-bit and shall not stay so. */
const isConverting = ({ settings, encoding }: Position): boolean =>
  settings.isDowngrading === true && domainOf(encoding) !== '7bit';

/** Whether a multipart or message has an encoding that only leaves may have (RFC 2045 section 6.4). */
function hasWrongDomain({ type, encoding }: Position): boolean {
  const domain = domainOf(encoding);
  const isPiece = type.subtype === 'partial' || type.subtype === 'external-body';
  if (type.type === 'message' && isPiece) return domain !== '7bit';
  const isContainer = type.type === 'multipart' || (type.type === 'message' && type.subtype === 'rfc822');
  return isContainer && encoding !== domain;
}

/** A blank line ends a header block: what follows is a body, or the headers of an attached message. */
function afterHeaders(at: Position): void {
  at.offset = 0;
  if (at.type.type === 'message' && at.type.subtype === 'rfc822') enter(at, 'nested', PLAIN_TEXT);
  else if (at.type.type === 'multipart') enter(at, 'body', OTHER);
  else at.where = 'body';
}

/** `--boundary`: the headers of the next part begin, or a multipart ends. */
function atBoundary(at: Position, text: string): void {
  const depth = at.levels.findLastIndex((level) => text.startsWith(level.boundary, 2));
  const level = at.levels[depth];
  if (level === undefined) return;
  const isLast = text.startsWith('--', 2 + level.boundary.length);
  at.levels = at.levels.slice(0, isLast ? depth : depth + 1);
  if (isLast) enter(at, 'body', OTHER);
  else enter(at, 'mime', level.isDigest ? ATTACHED : PLAIN_TEXT);
}

async function bodyLine(at: Position, text: string, isWhole: boolean): Promise<void> {
  const { settings } = at;
  if (settings.isReporting && settings.strictBody && at.encoding === '7bit' && !isAscii(text)) {
    report(at, 'bodyBits', text);
  }
  if (!at.isContinued && text.length > 2 && text.startsWith('--')) atBoundary(at, text);
  const { offset } = at;
  at.offset += text.length + 1;
  if (!isConverting(at)) return at.events.body(text, isWhole, offset);
  const { lines, pending } = encodeQuotedPrintable(at.quoted, text, isWhole);
  at.quoted = pending;
  for (const line of lines) await at.events.body(line, true, offset);
}

/** A line that is no header ends the headers. */
async function endHeaders(at: Position, text: string, isWhole: boolean): Promise<void> {
  const isTop = at.where === 'header';
  if (at.where !== 'body' && isConverting(at)) {
    const isContainer = at.type.type === 'message' || at.type.type === 'multipart';
    await at.events.header(
      `Content-Transfer-Encoding: ${isContainer ? '7bit' : 'quoted-printable'}`,
      at.where,
    );
  }
  if (isTop) at.events.headersEnd();
  if (at.settings.isReporting && at.settings.strictEncodingDomain && hasWrongDomain(at)) {
    report(at, 'domain', at.encoding);
  }
  if (text === '') afterHeaders(at);
  else enterBody(at);
  // the line between the message's own headers and its body is not part of the body
  if (isTop) at.offset = 1;
  if (!isTop || text !== '') await bodyLine(at, text, isWhole);
}

function enterBody(at: Position): void {
  at.where = 'body';
  at.offset = 0;
}

async function headerLine(at: Position, text: string, isWhole: boolean): Promise<void> {
  const { pending } = at;
  if (pending !== undefined && (at.isContinued || /^[ \t]/.test(text))) {
    // what is far beyond the limit is dropped
    if (pending.length < at.settings.headerSizeLimit)
      at.pending = pending + (at.isContinued ? text : `\n${text}`);
    return;
  }
  await flushHeader(at);
  const nameLength = headerNameLength(text);
  if (nameLength === 0) await endHeaders(at, text, isWhole);
  else at.pending = text.slice(0, nameLength) + text.slice(nameLength).trimStart();
}

export function createMimeWalk(settings: WalkSettings, events: WalkEvents): MimeWalk {
  const at: Position = {
    settings,
    events,
    problems: new Set(),
    where: 'header',
    type: PLAIN_TEXT,
    encoding: '7bit',
    levels: [],
    offset: 0,
    pending: undefined,
    isContinued: false,
    quoted: '',
  };
  return {
    async line(text, isWhole) {
      if (at.where === 'body') await bodyLine(at, text, isWhole);
      else await headerLine(at, text, isWhole);
      at.isContinued = !isWhole;
    },
    async end() {
      await flushHeader(at);
      if (at.where === 'header') events.headersEnd();
    },
    problems: at.problems,
  };
}
