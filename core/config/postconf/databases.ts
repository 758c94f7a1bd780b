/**
 * Parameters that exist because a value names a database client: `ldap:prefix` reads `prefix_server_host` and so on from
 * main.cf, `sqlite:/path` reads its own file (ldap_table(5), mysql_table(5), pgsql_table(5), sqlite_table(5),
 * memcache_table(5)).
 */
import { readFileSync } from 'node:fs';
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
  readonly main: ReadonlyMap<string, Setting>;
  /** The `-o` of the service whose value it is, or main.cf again. */
  readonly local: ReadonlyMap<string, string>;
}

/** The names that the database clients in a value read. */
export function databaseNames(value: string, source: ValueSource): DatabaseNames {
  const names: string[] = [];
  const warnings: string[] = [];
  for (const { type, name } of clients(value)) {
    const suffixes = SUFFIXES[type] ?? [];
    const own = suffixes.map((suffix) => `${name}_${suffix}`);
    if (/^[./]/.test(name)) warnings.push(...fileWarnings(type, name, suffixes));
    else names.push(...own.filter((full) => source.main.has(full) || source.local.has(full)));
  }
  return { names, warnings };
}

function clients(value: string): { type: string; name: string }[] {
  return splitGroups(value).flatMap((word) => {
    if (word.startsWith('{')) return clients(word.replace(/^\{/, '').replace(/\}$/, ''));
    const [, type = '', name = ''] = /^([a-z]+):(.*)$/s.exec(word) ?? [];
    if (type === 'proxy' || name.startsWith('{')) return clients(name);
    return type in SUFFIXES && name !== '' ? [{ type, name }] : [];
  });
}

function fileWarnings(type: string, path: string, suffixes: readonly string[]): string[] {
  try {
    const { settings } = readMainCf(readFileSync(path, 'utf8'), path);
    return [...settings]
      .filter(([name]) => !suffixes.includes(name))
      .map(([name, { value }]) => `${type}:${path}: unused parameter: ${name}=${value}`);
  } catch (error) {
    return [`open "${type}" configuration "${path}": ${reasonOf(error)}`];
  }
}
