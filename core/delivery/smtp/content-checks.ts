/** smtp_header_checks and smtp_body_checks: the actions that make sense on the way out (header_checks(5)). */
import { decodeBytes, encodeBytes, logged } from '../../mail/byte-string.ts';
import { isHeader } from '../../mail/header.ts';
import type { LookupResult } from '../../tables/table.ts';
import { note, queueIdOf, type Attempt } from './attempt.ts';
import { StreamError } from './connection.ts';
import type { NamedMaps } from './settings.ts';

/** A line as it shall be (byte string), or null when it is to go; `before` is put in front. */
interface Checked {
  readonly text: string | null;
  readonly before?: string;
}

interface Match {
  readonly attempt: Attempt;
  readonly where: 'header' | 'body';
  readonly text: string;
  readonly table: string;
  readonly argument: string;
  readonly result: Extract<LookupResult, { kind: 'found' }>;
}

const LOGGED_BYTES = 200;

function tell(match: Match, action: string, isLogged = true): void {
  const { attempt, where, text, argument, result } = match;
  const shown = logged(text, LOGGED_BYTES);
  const tail = argument === '' ? '' : `: ${argument}`;
  if (isLogged) attempt.log.info(`${queueIdOf(attempt)}: ${action}: ${where} ${shown}${tail}`);
  const { table, key, value, line } = result;
  note(attempt, 'info', `${where} check ${action.toUpperCase()} ${argument}`.trim(), {
    detail: shown,
    source: { kind: 'table', table, key, value, ...(line === undefined ? {} : { line }) },
  });
}

/** Whether the text of REPLACE or PREPEND can stand there. */
function isUsable({ attempt, where, argument, table }: Match, action: string): boolean {
  if (argument === '') {
    attempt.log.warning(`${action} action without text in ${table} map`);
    return false;
  }
  if (where === 'body' || isHeader(argument)) return true;
  attempt.log.warning(
    `bad ${action} header text "${argument}" in ${table} map -- need "headername: headervalue"`,
  );
  return false;
}

function act(match: Match, command: string): Checked {
  const { text, argument, attempt, table, result } = match;
  switch (command.toUpperCase()) {
    case 'WARN':
      tell(match, 'warning');
      return { text };
    case 'INFO':
      tell(match, 'info');
      return { text };
    case 'REPLACE':
      if (!isUsable(match, 'REPLACE')) return { text };
      tell(match, 'replace');
      return { text: encodeBytes(argument) };
    case 'PREPEND':
      if (!isUsable(match, 'PREPEND')) return { text };
      tell(match, 'prepend');
      return { text, before: encodeBytes(argument) };
    case 'STRIP':
      tell(match, 'strip');
      return { text: null };
    case 'IGNORE':
      tell(match, 'ignore', false);
      return { text: null };
    case 'DUNNO':
    case 'OK':
      return { text };
    default:
      attempt.log.warning(`unsupported command in ${table} map: ${result.value}`);
      return { text };
  }
}

/** Looks one header (folding inside) or body line up. @throws StreamError when a table does not answer */
export async function checkLine(
  attempt: Attempt,
  { name, maps }: NamedMaps,
  where: 'header' | 'body',
  text: string,
): Promise<Checked> {
  if (maps.isEmpty) return { text };
  const result = await maps.lookup(decodeBytes(text));
  if (result.kind === 'absent') return { text };
  if (result.kind === 'unavailable') {
    attempt.log.warning(`${queueIdOf(attempt)}: smtp ${where} checks lookup error`);
    throw new StreamError('data');
  }
  const [, command = '', argument = ''] = /^([^ \t]*)\s*([\s\S]*)$/.exec(result.value) ?? [];
  return act({ attempt, where, text, table: name, argument, result }, command);
}
