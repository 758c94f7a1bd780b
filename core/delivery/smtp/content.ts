/**
 * The content on its way out: checked, with generic addresses, converted to seven bits where the server needs that,
 * line by line (smtp_text_out, smtp_header_rewrite, smtp_body_rewrite). Mostly nothing looks into it.
 */
import { headerNameLength, headerOptions } from '../../mail/header.ts';
import { createMimeWalk, MIME_PROBLEMS, type HeaderClass, type MimeWalk } from '../../mail/mime-walk.ts';
import { note, queueIdOf, type Attempt } from './attempt.ts';
import { checkLine } from './content-checks.ts';
import type { Generic } from './generic.ts';
import { createLineSink, type LineSink } from './line-sink.ts';

export interface OutgoingContent {
  readonly attempt: Attempt;
  /** The delivered form, LF line ends. */
  readonly message: Uint8Array;
  /** Header lines that flags=DOR puts in front, LF after each. */
  readonly head: string;
  /** The server takes only seven bits. */
  readonly is7bitOnly: boolean;
  readonly generic: Generic | undefined;
  readonly write: (bytes: Uint8Array) => Promise<void>;
}

/** The message cannot be made what the server takes. */
export interface ContentProblem {
  readonly dsn: string;
  readonly reason: string;
}

const LF = 0x0a;

/** Lines of a message as byte strings, without their ends; the last may lack its end. */
function* linesOf(message: Uint8Array): Generator<string> {
  const bytes = Buffer.from(message.buffer, message.byteOffset, message.byteLength);
  let start = 0;
  while (start < bytes.length) {
    const newline = bytes.indexOf(LF, start);
    const end = newline < 0 ? bytes.length : newline;
    yield bytes.toString('latin1', start, end);
    start = end + 1;
  }
}

function createSink(attempt: Attempt): LineSink {
  const limit = attempt.settings.lineLengthLimit;
  return createLineSink(limit, () => {
    if (attempt.hasLoggedLongLine) return;
    attempt.hasLoggedLongLine = true;
    attempt.log.info(`${queueIdOf(attempt)}: breaking line > ${limit} bytes with <CR><LF>SPACE`);
    note(attempt, 'info', `broke lines longer than ${limit} bytes`, {
      source: {
        kind: 'parameter',
        name: attempt.settings.parameter('line_length_limit'),
        value: String(limit),
      },
    });
  });
}

const foldedLines = (header: string): readonly string[] => header.split('\n');

/** One header: the checks of its class, then generic addresses. Answers the lines to send. */
async function outgoingHeader(
  { attempt, generic }: OutgoingContent,
  header: string,
  where: HeaderClass,
): Promise<readonly string[]> {
  const options = headerOptions(header.slice(0, headerNameLength(header)).toLowerCase());
  const checks = attempt.settings.headerChecks[options?.role === 'mime' ? 'mime' : where];
  const { text, before } = await checkLine(attempt, checks, 'header', header);
  const front = before === undefined ? [] : [before];
  if (text === null) return front;
  const hasAddresses = options?.role === 'sender' || options?.role === 'recipient';
  const isMapped = generic !== undefined && where === 'header' && hasAddresses;
  return [...front, ...foldedLines(isMapped ? await generic.mapHeader(text) : text)];
}

interface Outgoing {
  readonly walk: MimeWalk;
  readonly sink: LineSink;
}

function createWalk(content: OutgoingContent, sink: LineSink): Outgoing {
  const { attempt, is7bitOnly } = content;
  const { settings } = attempt;
  const checks = [...Object.values(settings.headerChecks), settings.bodyChecks];
  const walk = createMimeWalk(
    {
      isDisabled: !is7bitOnly && checks.every(({ maps }) => maps.isEmpty),
      nestingLimit: settings.mimeNestingLimit,
      boundaryLimit: settings.mimeBoundaryLimit,
      strictHeaders: false,
      strictBody: false,
      strictEncodingDomain: false,
      isDowngrading: is7bitOnly,
      isReporting: is7bitOnly,
      headerSizeLimit: settings.headerSizeLimit,
    },
    {
      async header(header, where) {
        for (const line of await outgoingHeader(content, header, where)) sink.line(line, true);
      },
      headersEnd() {
        sink.line('', true);
      },
      async body(text, isWhole) {
        const checked = await checkLine(attempt, settings.bodyChecks, 'body', text);
        if (checked.before !== undefined) sink.line(checked.before, true);
        if (checked.text !== null) sink.line(checked.text, isWhole);
      },
      problem: () => undefined,
    },
  );
  return { walk, sink };
}

/** Whether anything has to look into the content. */
function needsWalk({ attempt, is7bitOnly, generic }: OutgoingContent): boolean {
  const { headerChecks, bodyChecks } = attempt.settings;
  const checks = [...Object.values(headerChecks), bodyChecks];
  return is7bitOnly || generic !== undefined || checks.some(({ maps }) => !maps.isEmpty);
}

async function flush(content: OutgoingContent, sink: LineSink, isLast: boolean): Promise<void> {
  if (isLast || sink.isFull) await content.write(sink.take());
}

/** A long line comes in records of at most line_length_limit: checks see no more at a time. */
function* recordsOf(line: string, limit: number): Generator<readonly [text: string, isWhole: boolean]> {
  let start = 0;
  for (; line.length - start > limit; start += limit) yield [line.slice(start, start + limit), false];
  yield [start === 0 ? line : line.slice(start), true];
}

async function sendWalking(content: OutgoingContent, sink: LineSink): Promise<ContentProblem | undefined> {
  const { walk } = createWalk(content, sink);
  const { lineLimit } = content.attempt.settings;
  for (const source of [Buffer.from(content.head), content.message]) {
    for (const line of linesOf(source)) {
      for (const [text, isWhole] of recordsOf(line, lineLimit)) await walk.line(text, isWhole);
      if (walk.problems.has('nesting')) return { dsn: '5.6.0', reason: MIME_PROBLEMS.nesting };
      await flush(content, sink, false);
    }
  }
  await walk.end();
  await flush(content, sink, true);
  return undefined;
}

/** Sends header and body, without the final dot. @throws StreamError */
export async function sendContent(content: OutgoingContent): Promise<ContentProblem | undefined> {
  const sink = createSink(content.attempt);
  if (needsWalk(content)) return sendWalking(content, sink);
  for (const source of [Buffer.from(content.head), content.message]) {
    for (const line of linesOf(source)) {
      sink.line(line, true);
      await flush(content, sink, false);
    }
  }
  await flush(content, sink, true);
  return undefined;
}
