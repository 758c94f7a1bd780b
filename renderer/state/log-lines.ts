/** A line of the mail log taken apart, as syslog and Postfix write it. Pure. */
import type { LogLine } from '../../core/api/contract/log.ts';

export type LineTone = 'plain' | 'warn' | 'bad' | 'ok';

export interface ParsedLine extends LogLine {
  /** `Nov 28 19:00:00`; '' for a line that is no log line. */
  readonly time: string;
  /** Without `postfix/` in front. */
  readonly program: string;
  readonly session: string;
  /** '' where the line is not about one message. */
  readonly queueId: string;
  readonly message: string;
  readonly tone: LineTone;
}

const LINE = /^(\w{3} [ \d]\d \d\d:\d\d:\d\d) \S+ (\S+?)\[(\d+)\]: (.*)$/;
const QUEUE_ID = /^(?:warning: )?([0-9A-F]{6,}|[0-9A-Za-z]{10}z[0-9A-Za-y]+): /;

function toneOf(message: string): LineTone {
  if (/^(?:fatal|error|panic): /.test(message)) return 'bad';
  if (message.startsWith('warning: ')) return 'warn';
  if (/status=bounced|: reject: /.test(message)) return 'bad';
  if (/status=deferred|status=expired|: hold: /.test(message)) return 'warn';
  return /status=sent/.test(message) ? 'ok' : 'plain';
}

export function parseLine({ number, text }: LogLine): ParsedLine {
  const [, time = '', tag = '', session = '', message = text] = LINE.exec(text) ?? [];
  const queueId = QUEUE_ID.exec(message)?.[1] ?? '';
  const program = tag.replace(/^postfix\//, '');
  return { number, text, time, program, session, queueId, message, tone: toneOf(message) };
}
