/** Headers that a message should have: Message-Id, Date, From and a recipient (cleanup_header_done_callback). */
import { quoteLocal } from '../address/parse.ts';
import { mailDate, utcStamp } from '../mail/header-date.ts';
import { isHeader } from '../mail/header.ts';
import type { Source } from '../mail/journey.ts';
import { headerRewriting, outputHeader } from './headers.ts';
import type { State } from './state.ts';
import { note } from './state.ts';
import { encodeBytes } from '../mail/byte-string.ts';

const RECIPIENT_HEADERS = ['to', 'cc', 'resent-to', 'resent-cc'];

function whyAdded(state: State): Source {
  return headerRewriting(state) === 'local'
    ? { kind: 'parameter', name: 'local_header_rewrite_clients', value: 'the client is local' }
    : { kind: 'parameter', name: 'always_add_missing_headers', value: 'yes' };
}

function add(state: State, header: string): void {
  outputHeader(state, encodeBytes(header));
  note(state, 'info', `added ${header.slice(0, header.indexOf(':'))}`, {
    detail: header,
    source: whyAdded(state),
  });
}

function addMessageId(state: State, prefix: string): void {
  const { queueId, arrivedAt } = state.submission;
  const { settings, log } = state.tools;
  const local = settings.isLongQueueId ? queueId : `${utcStamp(arrivedAt)}.${queueId}`;
  const id = `<${local}@${settings.myhostname}>`;
  add(state, `${prefix}Message-Id: ${id}`);
  log.info(`${queueId}: ${prefix.toLowerCase()}message-id=${id}`);
  state.seenHeaders.add(`${prefix.toLowerCase()}message-id`);
}

const NEEDS_QUOTES = /[%!()<>@,;:\\".[\]]/;

/** `Bob Builder <bob@x>`, or `bob@x (Bob Builder)` with header_from_format = obsolete. */
function fromValue(state: State): string {
  const address = quoteLocal(state.sender === '' ? 'MAILER-DAEMON' : state.sender);
  const fullName = (state.submission.fullName ?? '').replace(/[\r\n]/g, ' ');
  if (state.sender === '' || fullName === '') return address;
  if (state.tools.settings.isObsoleteFrom) return `${address} (${fullName})`;
  const phrase = NEEDS_QUOTES.test(fullName)
    ? `"${fullName.replace(/["\\]/g, '\\$&')}"`
    : fullName
        .split(/\s+/)
        .filter((word) => word !== '')
        .join(' ');
  return phrase === '' ? `<${address}>` : `${phrase} <${address}>`;
}

function addUndisclosed(state: State): void {
  const text = state.tools.settings.undisclosedHeader;
  if (text === '' || RECIPIENT_HEADERS.some((name) => state.seenHeaders.has(name))) return;
  if (isHeader(text)) add(state, text);
  else {
    state.tools.log.warning(
      `bad undisclosed_recipients_header header text "${text}" -- need "headername: headervalue"`,
    );
  }
}

/** Called at the end of the message's own headers. */
export function addMissingHeaders(state: State): void {
  const { settings, log } = state.tools;
  const { queueId, arrivedAt } = state.submission;
  const isCompleted = headerRewriting(state) !== null || settings.addsMissingAlways;
  const prefix = state.isResent ? 'Resent-' : '';
  const isMissing = (name: string): boolean =>
    isCompleted && !state.seenHeaders.has(`${prefix}${name}`.toLowerCase());
  if (isMissing('Message-Id')) addMessageId(state, prefix);
  if (!state.seenHeaders.has('message-id')) log.info(`${queueId}: message-id=<>`);
  if (isMissing('Date')) add(state, `${prefix}Date: ${mailDate(arrivedAt)}`);
  if (isMissing('From')) add(state, `${prefix}From: ${fromValue(state)}`);
  if (isCompleted) addUndisclosed(state);
}
