/** What `postconf -m`, `-l`, `-a` and `-A` list (Debian's Postfix 3.7.11 with its lmdb and pcre packages). */
export const TABLE_TYPES: readonly string[] = [
  'btree',
  'cidr',
  'environ',
  'fail',
  'hash',
  'inline',
  'internal',
  'lmdb',
  'memcache',
  'nis',
  'pcre',
  'pipemap',
  'proxy',
  'randmap',
  'regexp',
  'socketmap',
  'static',
  'tcp',
  'texthash',
  'unionmap',
  'unix',
];
export const LOCK_TYPES: readonly string[] = ['flock', 'fcntl', 'dotlock'];
export const SERVER_SASL_TYPES: readonly string[] = ['cyrus', 'dovecot'];
export const CLIENT_SASL_TYPES: readonly string[] = ['cyrus'];
