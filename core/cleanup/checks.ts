/** header_checks and body_checks (header_checks(5)): one line against the tables, and what the action does. */
import { splitDsn } from '../mail/dsn.ts';
import { isHeader } from '../mail/header.ts';
import type { JourneyEntry } from '../mail/journey.ts';
import type { LookupResult } from '../tables/table.ts';
import { PROBLEM } from './errors.ts';
import type { NamedMaps } from './settings.ts';
import type { State } from './state.ts';
import { note, tableFailed, tableSource } from './state.ts';
import { decodeBytes, encodeBytes, logged } from '../mail/byte-string.ts';

const LOGGED_BYTES = 200;

/** A line as it shall be (byte string), or null when it is to go; `before` are lines to put in front. */
export interface CheckResult {
  readonly text: string | null;
  readonly before: readonly string[];
}

interface Match {
  readonly state: State;
  readonly context: 'header' | 'body' | 'content';
  /** The line, a byte string. */
  readonly text: string;
  /** `header_checks`, as warnings name the table. */
  readonly mapClass: string;
  /** What follows the action's name. */
  readonly argument: string;
  readonly result: Extract<LookupResult, { kind: 'found' }> | undefined;
}

function originText(state: State): string {
  const { client } = state.submission;
  return client === null ? 'local' : `${client.name}[${client.address}]`;
}

/** `reject: header Subject: x from local; from=<a> to=<b>: 5.7.1 no` (cleanup_act_log). */
function logAction(match: Match, action: string, text: string): void {
  const { state, context } = match;
  const { client, queueId } = state.submission;
  let line = `${queueId}: ${action}: ${context} ${logged(match.text, LOGGED_BYTES)} from ${originText(state)};`;
  line += ` from=<${state.sender}>`;
  if (state.lastRecipient !== null) line += ` to=<${state.lastRecipient}>`;
  if (client !== null && client.protocol !== '') line += ` proto=${client.protocol}`;
  if (client !== null && client.helo !== '') line += ` helo=<${client.helo}>`;
  state.tools.log.info(text === '' ? line : `${line}: ${text}`);
}

function noteAction(match: Match, verdict: JourneyEntry['verdict'], what: string): void {
  const { result, state } = match;
  const text = logged(match.text, LOGGED_BYTES);
  note(state, verdict, `${match.context} check ${what}`, {
    detail: text,
    ...(result === undefined ? {} : { source: tableSource(result, text) }),
  });
}

/** Puts a DSN code in front of a REJECT text that has none. */
function rejectReason(match: Match): string {
  const { argument, state } = match;
  if (argument === '') return '5.7.1 message content rejected';
  const split = splitDsn(argument);
  if (split === undefined) return `5.7.1 ${argument}`;
  if (!split.code.startsWith('2')) return argument;
  state.tools.log.warning(`bad DSN action in ${argument} -- need 4.x.x or 5.x.x`);
  return `4${argument.slice(1)}`;
}

const keep = (match: Match): CheckResult => ({ text: match.text, before: [] });
const DROP: CheckResult = { text: null, before: [] };

type Action = (match: Match) => CheckResult;

function logOnly(action: string): Action {
  return (match) => {
    logAction(match, action, match.argument);
    noteAction(match, 'info', `${action.toUpperCase()} ${match.argument}`.trim());
    return keep(match);
  };
}

function reject(match: Match): CheckResult {
  const { state } = match;
  const reason = rejectReason(match);
  state.reason = reason;
  state.problems |= reason.startsWith('4') ? PROBLEM.defer : PROBLEM.content;
  state.isChecking = false;
  logAction(match, 'reject', reason);
  noteAction(match, 'bad', `REJECT ${reason}`);
  return keep(match);
}

function filter(match: Match): CheckResult {
  const { state, argument, mapClass } = match;
  if (argument === '') {
    state.tools.log.warning(`missing FILTER command argument in ${mapClass} map`);
  } else if (!argument.includes(':')) {
    state.tools.log.warning(`bad FILTER command ${argument} in ${mapClass} -- need transport:destination`);
  } else {
    state.filter = argument;
    logAction(match, 'filter', argument);
    noteAction(match, 'info', `FILTER ${argument}`);
  }
  return keep(match);
}

function discard(match: Match): CheckResult {
  logAction(match, 'discard', match.argument);
  noteAction(match, 'bad', `DISCARD ${match.argument}`.trim());
  match.state.discard = match.argument;
  match.state.isChecking = false;
  return keep(match);
}

function hold(match: Match): CheckResult {
  const { state } = match;
  if (state.hold !== null || state.discard !== null) return keep(match);
  logAction(match, 'hold', match.argument);
  noteAction(match, 'hold', `HOLD ${match.argument}`.trim());
  state.hold = match.argument === '' ? `${match.context} check` : match.argument;
  return keep(match);
}

function isUsable(match: Match, action: 'PREPEND' | 'REPLACE'): boolean {
  const { argument, mapClass, context, state } = match;
  if (argument === '') {
    state.tools.log.warning(`${action} action without text in ${mapClass} map`);
    return false;
  }
  if (context !== 'header' || isHeader(argument)) return true;
  state.tools.log.warning(
    `bad ${action} header text "${argument}" in ${mapClass} map -- need "headername: headervalue"`,
  );
  return false;
}

function prepend(match: Match): CheckResult {
  if (!isUsable(match, 'PREPEND')) return keep(match);
  logAction(match, 'prepend', match.argument);
  noteAction(match, 'info', `PREPEND ${match.argument}`);
  return { text: match.text, before: [encodeBytes(match.argument)] };
}

function replace(match: Match): CheckResult {
  if (!isUsable(match, 'REPLACE')) return keep(match);
  logAction(match, 'replace', match.argument);
  noteAction(match, 'info', `REPLACE ${match.argument}`);
  return { text: encodeBytes(match.argument), before: [] };
}

function hasAddress(match: Match, what: string): boolean {
  if (match.argument.includes('@')) return true;
  match.state.tools.log.warning(
    `bad ${what} "${match.argument}" in ${match.mapClass} map -- need user@domain`,
  );
  return false;
}

function redirect(match: Match): CheckResult {
  if (!hasAddress(match, 'REDIRECT target')) return keep(match);
  match.state.redirect = match.argument;
  match.state.isChecking = false;
  logAction(match, 'redirect', match.argument);
  noteAction(match, 'info', `REDIRECT ${match.argument}`);
  return keep(match);
}

function bcc(match: Match): CheckResult {
  if (!hasAddress(match, 'BCC address')) return keep(match);
  match.state.extraBcc.push(match.argument);
  logAction(match, 'bcc', match.argument);
  noteAction(match, 'info', `BCC ${match.argument}`);
  return keep(match);
}

function strip(match: Match): CheckResult {
  logAction(match, 'strip', match.argument);
  noteAction(match, 'info', `STRIP ${match.argument}`.trim());
  return DROP;
}

function ignore(match: Match): CheckResult {
  noteAction(match, 'info', 'IGNORE');
  return DROP;
}

function pass(match: Match): CheckResult {
  match.state.isChecking = false;
  return logOnly('pass')(match);
}

const ACTIONS: Readonly<Record<string, Action>> = {
  REJECT: reject,
  WARN: logOnly('warning'),
  INFO: logOnly('info'),
  FILTER: filter,
  PASS: pass,
  DISCARD: discard,
  HOLD: hold,
  PREPEND: prepend,
  REPLACE: replace,
  REDIRECT: redirect,
  BCC: bcc,
  STRIP: strip,
  IGNORE: ignore,
  DUNNO: keep,
  OK: keep,
};

/** message_reject_characters: as if a check had said REJECT. */
export function rejectCharacter(state: State, text: string): void {
  reject({
    state,
    context: 'content',
    text,
    mapClass: 'character reject',
    argument: 'disallowed character',
    result: undefined,
  });
}

/** Looks a header (with its folding inside) or a body line up; `undefined`: no entry, the line stays. */
export async function checkLine(
  state: State,
  named: NamedMaps,
  context: 'header' | 'body',
  text: string,
): Promise<CheckResult | undefined> {
  const answer = named.maps.lookup(decodeBytes(text));
  const result = answer instanceof Promise ? await answer : answer;
  if (result.kind === 'absent') return undefined;
  if (result.kind === 'unavailable') {
    tableFailed(state, `${named.name} map lookup problem`, result);
    return undefined;
  }
  const [, command = '', argument = ''] = /^([^ \t]*)\s*([\s\S]*)$/.exec(result.value) ?? [];
  const match: Match = { state, context, text, mapClass: named.name, argument, result };
  const action = Object.hasOwn(ACTIONS, command.toUpperCase()) ? ACTIONS[command.toUpperCase()] : undefined;
  if (action !== undefined) return action(match);
  state.tools.log.warning(`unknown command in ${named.name} map: ${result.value}`);
  return undefined;
}
