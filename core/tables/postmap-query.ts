/** postmap -q and -s: asking tables. */
import { isFailure } from './context.ts';
import type { TableCore } from './context.ts';
import { APPLICATION_ERROR } from './simple.ts';
import { messageKeys } from './message-keys.ts';
import type { Run, TableName } from './postmap-run.ts';
import { fatal, openTable, stdinLines, tableName } from './postmap-run.ts';

async function query(run: Run, table: TableName, core: TableCore, key: string): Promise<string | undefined> {
  const found = await core.find(key);
  if (found === undefined) return undefined;
  if (isFailure(found)) {
    const reason = found.failure;
    if (reason === APPLICATION_ERROR) return fatal(`table ${table.text}: query error: ${reason}`);
    run.warn(reason);
    return fatal(`table ${table.text}: query error: ${reason.replace(/^.*: /, '')}`);
  }
  const value = run.options.valueIsFile ? fileContent(run, table, { key, value: found.value }) : found.value;
  if (value === '') {
    run.warn(`table ${table.text}: key ${key}: empty string result is not allowed`);
    run.warn(`table ${table.text} should return NO RESULT in case of NOT FOUND`);
  }
  return value;
}

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** What -F stored. */
function fileContent(run: Run, { text }: TableName, { key, value }: Record<'key' | 'value', string>): string {
  if (BASE64.test(value)) return Buffer.from(value, 'base64').toString('utf8');
  run.warn(`table ${text}: key ${key}: malformed BASE64 value: ${value}`);
  return fatal(`table ${text}: query error`);
}

export async function runQuery(run: Run, key: string): Promise<number> {
  for (const argument of run.options.tables) {
    const table = tableName(run, argument);
    const core = openTable(run, table);
    const value = await query(run, table, core, key);
    core.close?.();
    if (value === undefined) continue;
    run.out(value);
    return 0;
  }
  return 1;
}

const separatorOf = (run: Run): string => (run.command === 'postalias' ? ':\t' : '\t');

/** The keys on standard input: lines, or the headers and lines of a message. */
function inputKeys({ options: { headers, body, mime }, stdin, warn }: Run): readonly string[] {
  if (headers || body) return messageKeys(stdin, { headers, body, mime });
  if (mime) warn('ignoring -m option without -b or -h');
  return stdinLines(stdin);
}

/** The first table that has the key. */
async function firstValue(run: Run, key: string, open: Map<string, TableCore>): Promise<string | undefined> {
  for (const argument of run.options.tables) {
    const table = tableName(run, argument);
    const core = open.get(argument) ?? openTable(run, table);
    open.set(argument, core);
    const value = await query(run, table, core, key);
    if (value !== undefined) return value;
  }
  return undefined;
}

export async function runQueries(run: Run): Promise<number> {
  const open = new Map<string, TableCore>();
  let exit = 1;
  for (const key of inputKeys(run)) {
    const value = await firstValue(run, key, open);
    if (value === undefined) continue;
    run.out(`${key}${separatorOf(run)}${value}`);
    exit = 0;
  }
  for (const core of open.values()) core.close?.();
  return exit;
}

export function runList(run: Run): number {
  for (const argument of run.options.tables) {
    const table = tableName(run, argument);
    if (table.type === 'proxy') fatal("can't sequence maps via the proxy service");
    const core = openTable(run, table);
    const entries = core.entries?.() ?? fatal(`table ${table.text}: sequence operation is not supported`);
    for (const { key, value } of entries) run.out(`${key}${separatorOf(run)}${value}`);
  }
  return 0;
}
