/** TLS certificates of the SMTP server: missing, unreadable, expired, or of another key. */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import type { ConfigProblem, Origin } from '../config.ts';
import type { CheckInput } from './input.ts';
import { commentedOut, logicalAt } from './lines.ts';
import { orNothing } from './message.ts';
import type { Scope } from '../lookup.ts';
import type { TableText } from './table-files.ts';

const PAIRS = ['', 'ec', 'd'].map(
  (kind) => [`smtpd_tls_${kind}cert_file`, `smtpd_tls_${kind}key_file`] as const,
);

export interface CertificateSurroundings {
  /** A file by its absolute path; undefined: it cannot be read. */
  readonly readFile: TableText;
  /** Ms since the epoch. */
  readonly now: number;
}

export function certificateProblems(
  input: CheckInput,
  around: CertificateSurroundings,
): readonly ConfigProblem[] {
  const { scope, settings } = input;
  const found = scopesOf(input).flatMap((one) => [
    ...PAIRS.flatMap(([cert, key]) => pairProblems(input, one, { cert, key }, around)),
    ...noCertificate(one, settings.main.has('smtpd_tls_cert_file') ? scope : one),
  ]);
  const seen = new Map(
    found.map((problem) => [`${problem.file} ${problem.line} ${problem.message}`, problem]),
  );
  return [...seen.values()];
}

/** main.cf, and each SMTP server with settings of its own about it. */
function scopesOf({ scope, settings }: CheckInput): readonly Scope[] {
  const own = settings.services.filter(({ overrides }) =>
    overrides.some(({ name }) => /^smtpd_(?:tls|use_tls)/.test(name)),
  );
  return [scope, ...own.map((service) => scope.within(service))];
}

const value = (scope: Scope, name: string) => orNothing(() => scope.expanded(name));

interface Pair {
  readonly cert: string;
  readonly key: string;
}

function pairProblems(
  input: CheckInput,
  scope: Scope,
  { cert, key }: Pair,
  { readFile, now }: CertificateSurroundings,
): readonly ConfigProblem[] {
  const certSet = scope.setting(cert);
  const certPath = value(scope, cert);
  if (certSet === undefined || certPath === '' || certPath === 'none') return [];
  const problem = (rule: string, parameter: string, message: string, origin: Origin = certSet.origin) => ({
    severity: 'error' as const,
    ...origin,
    parameter,
    rule,
    message: `${parameter}: ${message}`,
    ...withoutPair(input, scope, { cert, key }),
  });
  const certText = readFile(certPath);
  if (certText === undefined)
    return [problem('certificate-missing', cert, `open ${certPath}: No such file or directory`)];
  const certificate = attempt(() => new X509Certificate(certText));
  if (certificate === undefined)
    return [problem('certificate-missing', cert, `${certPath} holds no certificate`)];
  const found: ConfigProblem[] = [];
  if (Date.parse(certificate.validTo) < now)
    found.push(problem('certificate-expired', cert, `the certificate expired on ${certificate.validTo}`));
  else if (Date.parse(certificate.validFrom) > now)
    found.push(
      problem('certificate-expired', cert, `the certificate is not valid before ${certificate.validFrom}`),
    );
  const keyPath = value(scope, key);
  const keyText = readFile(keyPath);
  const keyOrigin = scope.setting(key)?.origin ?? certSet.origin;
  if (keyText === undefined)
    return [
      ...found,
      problem('certificate-missing', key, `open ${keyPath}: No such file or directory`, keyOrigin),
    ];
  const privateKey = attempt(() => createPrivateKey(keyText));
  if (privateKey === undefined || !certificate.checkPrivateKey(privateKey)) {
    const what =
      privateKey === undefined ? 'holds no key' : `is not the key of the certificate in ${certPath}`;
    found.push(problem('certificate-key', key, `${keyPath} ${what}`, keyOrigin));
  }
  return found;
}

/** OpenSSL's refusals are what is looked for here. */
function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof Error) return undefined;
    throw error;
  }
}

/** The settings of the pair commented out, as far as main.cf has them. */
function withoutPair({ texts }: CheckInput, scope: Scope, { cert, key }: Pair): Pick<ConfigProblem, 'fix'> {
  const text = texts('main.cf');
  const origins = [cert, key].flatMap((name) => scope.setting(name)?.origin ?? []);
  if (text === undefined || origins.some(({ file }) => file !== 'main.cf')) return {};
  const lines = origins.flatMap(({ line }) => logicalAt(text, line)?.parts.map((part) => part.line) ?? []);
  return { fix: { title: 'Do without this certificate', edits: commentedOut(text, 'main.cf', lines) } };
}

/** TLS is asked for and there is no certificate to begin it with. */
function noCertificate(scope: Scope, given: Scope): readonly ConfigProblem[] {
  const names = [...PAIRS.map(([cert]) => cert), 'smtpd_tls_chain_files'];
  if (names.some((name) => value(scope, name) !== '' || value(given, name) !== '')) return [];
  const wanted = ['smtpd_tls_security_level', 'smtpd_tls_wrappermode', 'smtpd_use_tls'].find((name) =>
    ['may', 'encrypt', 'yes'].includes(value(scope, name)),
  );
  const origin = wanted === undefined ? undefined : scope.setting(wanted)?.origin;
  if (wanted === undefined || origin === undefined) return [];
  return [
    {
      severity: 'warning',
      ...origin,
      parameter: wanted,
      rule: 'certificate-none',
      message: `${wanted}: TLS is wanted, and smtpd_tls_cert_file names no certificate`,
    },
  ];
}
