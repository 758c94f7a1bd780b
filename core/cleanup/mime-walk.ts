/**
 * Reads a message line by line with its MIME structure (mime_state): headers of the message, of its parts and of
 * attached messages, and body text. Needed only when something looks into the content; the usual message is not
 * walked.
 */
import type { ContentType, Encoding } from './content-type.ts';
import { domainOf, parseContentType, parseEncoding } from './content-type.ts';
import { headerNameLength, headerValue } from '../mail/header.ts';
import type { HeaderClass } from './headers.ts';
import type { MimeSettings } from './settings.ts';
import { isAscii } from './text.ts';

/** In the order of seriousness: a message is refused for the first it has. */
export const MIME_PROBLEMS = {
  nesting: 'MIME nesting exceeds safety limit',
  headerBits: 'improper use of 8-bit data in message header',
  bodyBits: 'improper use of 8-bit data in message body',
  domain: 'invalid message/* or multipart/* encoding domain',
} as const;
export type MimeProblem = keyof typeof MIME_PROBLEMS;

export interface WalkSettings extends MimeSettings {
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

export function createMimeWalk(settings: WalkSettings, events: WalkEvents): MimeWalk {
  let where: HeaderClass | 'body' = 'header';
  let type = PLAIN_TEXT;
  let encoding: Encoding = '7bit';
  let levels: readonly Level[] = [];
  let offset = 0;
  let pending: string | undefined;
  let isContinued = false;
  const problems = new Set<MimeProblem>();

  function report(problem: MimeProblem, text: string): void {
    if (problems.has(problem)) return;
    problems.add(problem);
    events.problem(problem, text);
  }

  function enter(next: HeaderClass | 'body', nextType: ContentType): void {
    where = next;
    type = nextType;
    encoding = '7bit';
    if (next === 'body') offset = 0;
  }

  function readContentType(header: string): void {
    type = parseContentType(headerValue(header));
    if (type.type !== 'multipart') return;
    for (const boundary of type.boundaries) {
      if (levels.length > settings.nestingLimit) {
        if (settings.isReporting) report('nesting', header);
      } else {
        levels = [
          ...levels,
          { isDigest: type.subtype === 'digest', boundary: boundary.slice(0, settings.boundaryLimit) },
        ];
      }
    }
  }

  async function flushHeader(): Promise<void> {
    const header = pending;
    pending = undefined;
    if (header === undefined || where === 'body') return;
    if (!settings.isDisabled) {
      if (/^content-type:/i.test(header)) readContentType(header);
      if (/^content-transfer-encoding:/i.test(header))
        encoding = parseEncoding(headerValue(header)) ?? encoding;
    }
    if (settings.isReporting && settings.strictHeaders && !isAscii(header)) report('headerBits', header);
    await events.header(header, where);
  }

  /** Appends to the header being collected; what is far beyond the limit is dropped. */
  function collect(text: string): void {
    if (pending !== undefined && pending.length < settings.headerSizeLimit) pending += text;
  }

  function checkDomain(): void {
    if (!settings.isReporting || !settings.strictEncodingDomain) return;
    const domain = domainOf(encoding);
    const isPiece = type.subtype === 'partial' || type.subtype === 'external-body';
    const isWrong =
      type.type === 'message' && isPiece
        ? domain !== '7bit'
        : (type.type === 'multipart' || (type.type === 'message' && type.subtype === 'rfc822')) &&
          encoding !== domain;
    if (isWrong) report('domain', encoding);
  }

  /** A blank line ends a header block: what follows is a body, or the headers of an attached message. */
  function afterHeaders(): void {
    offset = 0;
    if (type.type === 'message' && type.subtype === 'rfc822') enter('nested', PLAIN_TEXT);
    else if (type.type === 'multipart') enter('body', OTHER);
    else where = 'body';
  }

  /** `--boundary`: the headers of the next part begin, or a multipart ends. */
  function atBoundary(text: string): void {
    for (let depth = levels.length - 1; depth >= 0; depth--) {
      const level = levels[depth] as Level;
      if (!text.startsWith(level.boundary, 2)) continue;
      const isLast = text.startsWith('--', 2 + level.boundary.length);
      levels = levels.slice(0, isLast ? depth : depth + 1);
      if (isLast) enter('body', OTHER);
      else enter('mime', level.isDigest ? ATTACHED : PLAIN_TEXT);
      return;
    }
  }

  async function bodyLine(text: string, isWhole: boolean): Promise<void> {
    if (settings.isReporting && settings.strictBody && encoding === '7bit' && !isAscii(text)) {
      report('bodyBits', text);
    }
    if (!isContinued && levels.length > 0 && text.length > 2 && text.startsWith('--')) atBoundary(text);
    const at = offset;
    offset += text.length + 1;
    await events.body(text, isWhole, at);
  }

  async function headerLine(text: string, isWhole: boolean): Promise<void> {
    const isFolded = /^[ \t]/.test(text);
    if (pending !== undefined && (isContinued || isFolded)) {
      collect(isContinued ? text : `\n${text}`);
      return;
    }
    await flushHeader();
    const nameLength = headerNameLength(text);
    if (nameLength > 0) {
      pending = text.slice(0, nameLength) + text.slice(nameLength).trimStart();
      return;
    }
    const isTop = where === 'header';
    if (isTop) events.headersEnd();
    checkDomain();
    if (text !== '') {
      where = 'body';
      offset = isTop ? 1 : 0;
      await bodyLine(text, isWhole);
      return;
    }
    const wasNestable = !isTop;
    afterHeaders();
    // the line between the message's own headers and its body is not part of the body
    if (wasNestable) await bodyLine(text, isWhole);
    else offset = 1;
  }

  return {
    async line(text, isWhole) {
      if (where === 'body') await bodyLine(text, isWhole);
      else await headerLine(text, isWhole);
      isContinued = !isWhole;
    },
    async end() {
      await flushHeader();
      if (where === 'header') events.headersEnd();
    },
    problems,
  };
}
