/**
 * The content: header and body as they are stored. The usual message goes the fast way: its header block is read
 * once, its body only looked at for stray CRs. Checks and strict settings take the long way through mime-walk.ts.
 */
import type { MessageContent } from '../mail/message.ts';
import { mailDate } from '../mail/header-date.ts';
import { lineRecordBytes, recordBytes, textRecordBytes } from '../mail/record-size.ts';
import { headerNameLength, headerNameLengthAt } from '../mail/header.ts';
import { checkLine, rejectCharacter } from './checks.ts';
import { PROBLEM } from './errors.ts';
import { headerClassFor, processHeader, seeHeader, outputHeader } from './headers.ts';
import { addMissingHeaders } from './missing-headers.ts';
import type { HeaderClass, MimeProblem } from '../mail/mime-walk.ts';
import { createMimeWalk, MIME_PROBLEMS } from '../mail/mime-walk.ts';
import type { State } from './state.ts';
import { isGoing, note } from './state.ts';
import { encodeBytes, logged } from '../mail/byte-string.ts';
import { chain, each, type Maybe } from '../tables/maybe.ts';

const latin1 = (bytes: Buffer, start: number, end?: number): string => bytes.toString('latin1', start, end);

const LF = 0x0a;
const CR = 0x0d;

export interface Content extends MessageContent {
  /** Bytes of the delivered form. */
  readonly size: number;
  /** Bytes of its records in a queue file. */
  readonly queueSize: number;
}

/** Lines that Postfix itself puts in front: what the submitting program made, or post_mail(3)'s. */
function headOf(state: State): string {
  const { submission, tools } = state;
  const ordered = (submission.orders.prepend ?? []).map((line) => `${line}\n`).join('');
  if (submission.origin !== 'bounce' || submission.head !== '') return encodeBytes(ordered + submission.head);
  const { myhostname, mailName } = tools.settings;
  const date = mailDate(submission.arrivedAt);
  return encodeBytes(
    `${ordered}Received: by ${myhostname} (${mailName})\n\tid ${submission.queueId}; ${date}\nDate: ${date}\n`,
  );
}

/** Line ends become LF, and CRs that are left become blanks (cleanup_replace_stray_cr_lf). */
function normalise(state: State, bytes: string): string {
  if (!bytes.includes('\r')) return bytes;
  const text = bytes.replaceAll('\r\n', '\n');
  if (!text.includes('\r')) return text;
  const stripped = text.replace(/\r+(?=\n|$)/g, '');
  return state.tools.settings.replacesStrayCr ? stripped.replaceAll('\r', ' ') : stripped;
}

/** `From ` lines of a mailbox at the top: local submission leaves them out; smtpd has made a header of them. */
function afterFromLines(state: State, raw: Buffer): number {
  const { origin } = state.submission;
  let start = 0;
  if (origin !== 'sendmail' && origin !== 'api') return start;
  for (;;) {
    let i = start;
    while (raw[i] === 0x3e) i++;
    if (raw[i] !== 0x46 || latin1(raw, i, i + 5) !== 'From ') return start;
    const newline = raw.indexOf(LF, i);
    start = newline < 0 ? raw.length : newline + 1;
  }
}

interface HeaderBlock {
  /** End of the last header line. */
  readonly end: number;
  /** Where the body begins. */
  readonly bodyOffset: number;
}

/** Finds where the headers end: at an empty line, or in front of a line that is no header. */
function findHeaderBlock(raw: Buffer, from: number): HeaderBlock {
  let start = from;
  while (start < raw.length) {
    const newline = raw.indexOf(LF, start);
    const next = newline < 0 ? raw.length : newline + 1;
    let end = newline < 0 ? raw.length : newline;
    while (end > start && raw[end - 1] === CR) end--;
    if (end === start) return { end: start, bodyOffset: next };
    const isFolded = (raw[start] === 0x20 || raw[start] === 0x09) && start > from;
    if (!isFolded && headerNameLengthAt(raw, start, end) === 0) return { end: start, bodyOffset: start };
    start = next;
  }
  return { end: raw.length, bodyOffset: raw.length };
}

/** The headers of a block with LF line ends; `Name :` becomes `Name:`. */
function headersOf(block: string): readonly string[] {
  const headers: string[] = [];
  let start = 0;
  while (start < block.length) {
    let end = block.indexOf('\n', start);
    for (;;) {
      if (end < 0) end = block.length;
      const next = block.charCodeAt(end + 1);
      if (end >= block.length || (next !== 0x20 && next !== 0x09)) break;
      end = block.indexOf('\n', end + 1);
    }
    const header = block.slice(start, end);
    const length = headerNameLength(header);
    const isTight = header.charAt(length) === ':';
    headers.push(isTight ? header : header.slice(0, length) + header.slice(length).trimStart());
    start = end + 1;
  }
  return headers;
}

interface BodyFacts {
  readonly needsCopy: boolean;
  readonly carriageReturns: number;
  readonly recordBytes: number;
}

function lookAtBody(raw: Buffer, from: number, lineLengthLimit: number): BodyFacts {
  let carriageReturns = 0;
  let recordBytes = 0;
  let start = from;
  let needsCopy = raw.length > from && raw[raw.length - 1] !== LF;
  for (let i = from; i < raw.length; i++) {
    const byte = raw[i] as number;
    if (byte === LF) {
      const end = i > start && raw[i - 1] === CR ? i - 1 : i;
      recordBytes += lineRecordBytes(end - start, lineLengthLimit);
      start = i + 1;
    } else if (byte === CR) {
      if (raw[i + 1] === LF) carriageReturns++;
      else needsCopy = true;
    }
  }
  return { needsCopy, carriageReturns, recordBytes };
}

const withFinalNewline = (text: string): string => (text === '' || text.endsWith('\n') ? text : `${text}\n`);

function finish(
  state: State,
  raw: Buffer,
  { end, bodyOffset }: HeaderBlock,
  changedBody: string | null,
): Content {
  const { lineLengthLimit } = state.tools.settings;
  const header = Buffer.from(state.header, 'latin1');
  // there is no empty line where the message ends with its headers
  const separator = end < raw.length ? recordBytes(0) : 0;
  // a last line without its end is followed by one more record that ends it
  const ending = raw.length > bodyOffset && raw[raw.length - 1] !== LF ? recordBytes(0) : 0;
  const headerBytes = textRecordBytes(header, lineLengthLimit) + separator + ending;
  if (changedBody !== null) {
    const body = Buffer.from(changedBody, 'latin1');
    const queueSize = headerBytes + textRecordBytes(body, lineLengthLimit);
    return { raw, header, bodyOffset, body, size: header.length + 1 + body.length, queueSize };
  }
  const facts = lookAtBody(raw, bodyOffset, lineLengthLimit);
  if (facts.needsCopy) {
    const body = withFinalNewline(normalise(state, latin1(raw, bodyOffset)));
    return finish(state, raw, { end, bodyOffset }, body);
  }
  const size = header.length + 1 + raw.length - bodyOffset - facts.carriageReturns;
  return { raw, header, bodyOffset, body: null, size, queueSize: headerBytes + facts.recordBytes };
}

/** `8bit` in a part's Content-Transfer-Encoding counts for the whole message; only multiparts are looked into. */
function detectPartEncoding(state: State, raw: Buffer, from: number): void {
  if (state.encoding === '8bit' || !state.tools.settings.readsEncodingHeader) return;
  if (!/^content-type:[ \t\n]*(?:multipart|message)\//im.test(state.header)) return;
  const isNamed = ['8bit', '8BIT', '8Bit', 'binary', 'BINARY'].some((word) => raw.indexOf(word, from) >= 0);
  if (!isNamed) return;
  if (/\ncontent-transfer-encoding:\s*(?:8bit|binary)\r?\n/i.test(latin1(raw, from))) state.encoding = '8bit';
}

function processFast(state: State, raw: Buffer, head: string, from: number): Maybe<Content> {
  const found = findHeaderBlock(raw, from);
  const block = head + withFinalNewline(normalise(state, latin1(raw, from, found.end)));
  const headersDone = each(headersOf(block), (header) => {
    if (!isGoing(state)) return undefined;
    seeHeader(state, header);
    return processHeader(state, header, 'header');
  });
  return chain(headersDone, () => {
    if (isGoing(state)) addMissingHeaders(state);
    detectPartEncoding(state, raw, found.bodyOffset);
    return finish(state, raw, found, null);
  });
}

/** A header past the checks: the lines to put in front, and what is left of it. */
async function checkHeader(state: State, header: string, where: HeaderClass): Promise<void> {
  const { checks } = state.tools.settings;
  seeHeader(state, header);
  const named = checks[headerClassFor(state, header, where)];
  let text = header;
  if (state.isChecking && !named.maps.isEmpty) {
    const result = await checkLine(state, named, 'header', header);
    for (const line of result?.before ?? []) outputHeader(state, line);
    if (result?.text === null) return;
    text = result?.text ?? header;
  }
  if (!isGoing(state)) return;
  await processHeader(state, text, where);
}

/** The body while it is walked: headers of parts are written where they stand. */
interface Walked {
  body: string;
  isHeaderDone: boolean;
}

/** Part headers go through the same code as the message's own: what it writes is moved to the body. */
async function walkedHeader(state: State, walked: Walked, header: string, where: HeaderClass): Promise<void> {
  if (!isGoing(state)) return;
  if (!walked.isHeaderDone) return checkHeader(state, header, where);
  const top = state.header;
  state.header = '';
  await checkHeader(state, header, where);
  walked.body += state.header;
  state.header = top;
}

async function walkedBody(state: State, text: string, isWhole: boolean, offset: number): Promise<string> {
  const { checks, bodyChecksSizeLimit } = state.tools.settings;
  const isSeen = state.isChecking && (bodyChecksSizeLimit === 0 || offset < bodyChecksSizeLimit);
  const lineEnd = isWhole ? '\n' : '';
  if (!isSeen || checks.body.maps.isEmpty) return text + lineEnd;
  const result = await checkLine(state, checks.body, 'body', text);
  if (result === undefined) return text + lineEnd;
  const before = result.before.map((line) => `${line}\n`).join('');
  return result.text === null ? before : before + result.text + lineEnd;
}

function reportMimeProblem(state: State, problem: MimeProblem, text: string): void {
  const { client, queueId } = state.submission;
  const origin = client === null ? 'local' : `${client.name}[${client.address}]`;
  state.tools.log.info(
    `${queueId}: reject: mime-error ${MIME_PROBLEMS[problem]}: ${logged(text, 100)} from ${origin}; ` +
      `from=<${state.sender}> to=<${state.lastRecipient ?? 'unknown'}>`,
  );
  note(state, 'bad', MIME_PROBLEMS[problem], { detail: logged(text, 100) });
}

/** message_reject_characters and message_strip_characters, for one line. */
function filterCharacters(state: State, text: string): string {
  const { rejectCharacters, stripCharacters } = state.tools.settings;
  if (!state.isChecking) return text;
  if (rejectCharacters !== '' && text.split('').some((c) => rejectCharacters.includes(c))) {
    rejectCharacter(state, text);
    return text;
  }
  if (stripCharacters === '') return text;
  return text
    .split('')
    .filter((c) => !stripCharacters.includes(c))
    .join('');
}

/** Lines as records of at most line_length_limit: checks see no more at a time. */
function* recordsOf(text: string, limit: number): Generator<readonly [string, boolean]> {
  let start = 0;
  while (start < text.length) {
    const newline = text.indexOf('\n', start);
    const end = newline < 0 ? text.length : newline;
    while (end - start > limit) {
      yield [text.slice(start, start + limit), false];
      start += limit;
    }
    yield [text.slice(start, end), true];
    start = end + 1;
  }
}

async function processWalking(state: State, raw: Buffer, head: string, from: number): Promise<Content> {
  const { settings } = state.tools;
  const walked: Walked = { body: '', isHeaderDone: false };
  const walk = createMimeWalk(
    { ...settings.mime, isReporting: state.isChecking, headerSizeLimit: settings.headerSizeLimit },
    {
      header: (header, where) => walkedHeader(state, walked, header, where),
      headersEnd() {
        walked.isHeaderDone = true;
        if (isGoing(state)) addMissingHeaders(state);
      },
      async body(text, isWhole, offset) {
        if (isGoing(state)) walked.body += await walkedBody(state, text, isWhole, offset);
      },
      problem: (problem, text) => {
        reportMimeProblem(state, problem, text);
      },
    },
  );
  const own = normalise(state, latin1(raw, from));
  for (const [line, isWhole] of recordsOf(head, settings.lineLengthLimit)) await walk.line(line, isWhole);
  if (/^[ \t]/.test(own)) await walk.line('', true);
  for (const [line, isWhole] of recordsOf(own, settings.lineLengthLimit)) {
    if (!isGoing(state)) break;
    await walk.line(filterCharacters(state, line), isWhole);
  }
  await walk.end();
  refuseMimeProblems(state, walk.problems);
  const found = findHeaderBlock(raw, from);
  const original = normalise(state, latin1(raw, found.bodyOffset));
  const isSame = walked.body === original;
  return finish(state, raw, found, isSame ? null : withFinalNewline(walked.body));
}

function refuseMimeProblems(state: State, problems: ReadonlySet<MimeProblem>): void {
  const worst = (Object.keys(MIME_PROBLEMS) as MimeProblem[]).find((problem) => problems.has(problem));
  if (worst === undefined || state.reason !== null) return;
  state.problems |= PROBLEM.content;
  state.reason = `5.6.0 ${MIME_PROBLEMS[worst]}`;
}

function needsWalk(state: State): boolean {
  const { checks, mime, stripCharacters, rejectCharacters } = state.tools.settings;
  if (!state.isChecking) return false;
  if (!checks.isEmpty || stripCharacters !== '' || rejectCharacters !== '') return true;
  return !mime.isDisabled && (mime.strictHeaders || mime.strictBody || mime.strictEncodingDomain);
}

/** Header and body of the message, completed, checked and rewritten. */
export function processContent(state: State): Maybe<Content> {
  const bytes = state.submission.raw;
  const raw = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const start = afterFromLines(state, raw);
  const front = headOf(state);
  return needsWalk(state) ? processWalking(state, raw, front, start) : processFast(state, raw, front, start);
}
