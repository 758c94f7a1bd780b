/**
 * Parameters that exist because a value names a database client: `ldap:prefix` reads `prefix_server_host` and so on from
 * main.cf, `sqlite:/path` reads its own file (ldap_table(5), mysql_table(5), pgsql_table(5), sqlite_table(5),
 * memcache_table(5)).
 */
import { readFileSync, statSync } from 'node:fs';
import type { Setting } from '../main-cf.ts';
import { readMainCf } from '../main-cf.ts';
import { reasonOf } from '../settings.ts';
import { splitGroups } from '../values.ts';

const SQL = ['dbname', 'domain', 'expansion_limit', 'query', 'result_format'];
const SQL_QUERY = ['additional_conditions', 'select_field', 'table', 'where_field'];
const SQL_SERVER = ['hosts', 'password', 'user', ...SQL_QUERY];

const SUFFIXES: Readonly<Record<string, readonly string[]>> = {
  ldap: (
    'bind bind_dn bind_pw cache cache_expiry cache_size chase_referrals debuglevel dereference domain expansion_limit ' +
    'leaf_result_attribute query_filter recursion_limit result_attribute result_filter result_format sasl_mechs ' +
    'sasl_realm sasl_authz_id sasl_minssf scope search_base server_host server_port size_limit ' +
    'special_result_attribute start_tls terminal_result_attribute timeout tls_ca_cert_dir tls_ca_cert_file tls_cert ' +
    'tls_cipher_suite tls_key tls_random_file tls_require_cert version'
  ).split(' '),
  mysql: [
    ...SQL,
    ...SQL_SERVER,
    ...'charset option_file option_group require_result_set tls_CAfile tls_CApath tls_cert_file tls_ciphers tls_key_file tls_verify_cert'.split(
      ' ',
    ),
  ],
  pgsql: [...SQL, ...SQL_SERVER, 'encoding', 'select_function'],
  sqlite: [...SQL.filter((s) => s !== 'dbname'), ...SQL_QUERY, 'dbpath'],
  memcache:
    'backup data_size_limit domain flags key_format line_size_limit max_try memcache retry_pause timeout ttl'.split(
      ' ',
    ),
};

export interface DatabaseNames {
  /** Names in main.cf that count as used. */
  readonly names: readonly string[];
  readonly warnings: readonly string[];
}

export interface ValueSource {
  /** For warnings. */
  readonly file: 'main.cf' | 'master.cf';
  readonly main: ReadonlyMap<string, Setting>;
  /** The `-o` of the service whose value it is, or main.cf again. */
  readonly local: ReadonlyMap<string, string>;
}

/** The names that the database clients in a value read. */
export function databaseNames(value: string, source: ValueSource): DatabaseNames {
  const names: string[] = [];
  const found = clients(value);
  const warnings = found.problems.map((problem) => `${source.file}: ${problem}`);
  for (const { type, name } of found.clients) {
    const suffixes = SUFFIXES[type] ?? [];
    const own = suffixes.map((suffix) => `${name}_${suffix}`);
    if (/^[./]/.test(name)) warnings.push(...fileWarnings(type, name, suffixes));
    else names.push(...own.filter((full) => source.main.has(full) || source.local.has(full)));
  }
  return { names, warnings };
}

interface Clients {
  readonly clients: readonly { readonly type: string; readonly name: string }[];
  /** Braces that do not close, or end too early. */
  readonly problems: readonly string[];
}

const NOTHING: Clients = { clients: [], problems: [] };

function clients(value: string): Clients {
  const parts = splitGroups(value).map((word): Clients => {
    if (word.startsWith('{')) return inBraces(word);
    const [, type = '', name = ''] = /^([a-z]+):(.*)$/s.exec(word) ?? [];
    if (name.startsWith('{')) return type === 'proxy' ? NOTHING : inBraces(name);
    if (type === 'proxy') return clients(name);
    return type in SUFFIXES && name !== '' ? { clients: [{ type, name }], problems: [] } : NOTHING;
  });
  return {
    clients: parts.flatMap((part) => part.clients),
    problems: parts.flatMap((part) => part.problems),
  };
}

function inBraces(word: string): Clients {
  const end = closingBrace(word);
  if (end < 0) return { clients: [], problems: [`missing '}' in "${word}"`] };
  if (word.slice(end + 1).trim() !== '')
    return { clients: [], problems: [`syntax error after '}' in "${word}"`] };
  return clients(word.slice(1, end));
}

/** Where the brace closes that the word begins with; -1: nowhere. */
function closingBrace(word: string): number {
  let depth = 0;
  for (let at = 0; at < word.length; at++) {
    if (word[at] === '{') depth += 1;
    if (word[at] === '}') depth -= 1;
    if (depth === 0) return at;
  }
  return -1;
}

function fileWarnings(type: string, path: string, suffixes: readonly string[]): string[] {
  if (statSync(path, { throwIfNoEntry: false })?.isFile() === false)
    return [`open "${type}" configuration "${path}": not a regular file`];
  try {
    const { settings } = readMainCf(readFileSync(path, 'utf8'), path);
    return [...settings]
      .filter(([name]) => !suffixes.includes(name))
      .map(([name, { value }]) => `${type}:${path}: unused parameter: ${name}=${value}`);
  } catch (error) {
    return [`open "${type}" configuration "${path}": ${reasonOf(error)}`];
  }
}
