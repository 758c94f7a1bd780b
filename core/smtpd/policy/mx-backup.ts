/** permit_mx_backup: accept mail for a domain that names this machine as a backup mail server. */
import { domainToASCII } from 'node:url';
import type { MxRecord } from '../../util/dns.ts';
import { domainOf, isAscii } from '../hostnames.ts';
import { isAuthorized, isRouted } from './routing.ts';
import { deferIfReject, NAME, rejectLookupFailure, resolve, type Run, type Status } from './run.ts';
import { reasonOf } from './server-access.ts';

export async function permitMxBackup(run: Run, recipient: string): Promise<Status> {
  const { context } = run;
  const resolution = await resolve(run, recipient, run.facts.sender ?? '');
  if (resolution.kind === 'unavailable') return rejectLookupFailure(run, recipient);
  if (isAuthorized(context, resolution)) return 'ok';
  if (resolution.kind !== 'resolved' || isRouted(context, resolution)) return 'dunno';
  const domain = domainOf(resolution.recipient);
  if (domain === undefined || domain.startsWith('[')) return 'dunno';
  const servers = await lookUpServers(run, recipient, domain);
  return servers !== undefined && (await isBackupHere(run, recipient, servers)) ? 'ok' : 'dunno';
}

interface Servers {
  readonly primary: readonly MxRecord[];
  readonly backup: readonly MxRecord[];
}

async function lookUpServers(run: Run, recipient: string, domain: string): Promise<Servers | undefined> {
  const mx = await run.context.services.dns.mx(isAscii(domain) ? domain : domainToASCII(domain));
  if (mx.kind === 'servfail')
    defer(run, recipient, `Unable to look up mail exchanger information: ${mx.reason}`);
  if (mx.kind !== 'found') return undefined;
  const best = Math.min(...mx.records.map((record) => record.preference));
  const isPrimary = (record: MxRecord) => record.preference === best;
  const backup = mx.records.filter((record) => !isPrimary(record));
  return {
    primary: mx.records.filter(isPrimary),
    backup: backup.sort((a, b) => a.preference - b.preference),
  };
}

async function isBackupHere(run: Run, recipient: string, { primary, backup }: Servers): Promise<boolean> {
  if (await isOurs(run, recipient, primary)) return false;
  if (!(await isOurs(run, recipient, backup))) return false;
  return run.context.mxBackupNetworks.isEmpty || areTrusted(run, recipient, primary);
}

function defer(run: Run, recipient: string, why: string): void {
  deferIfReject(run, {
    errorClass: 'policy',
    code: 450,
    dsn: '4.4.4',
    text: `<${recipient}>: ${NAME.recipient} rejected: ${why}`,
  });
}

/** One of these mail servers is this machine, by name or by address. */
async function isOurs(run: Run, recipient: string, servers: readonly MxRecord[]): Promise<boolean> {
  const { services, isOwnAddress } = run.context;
  for (const { exchange } of servers) {
    const asLocal = await run.context.resolver.resolve(`postmaster@${exchange}`, '');
    if (asLocal.kind === 'resolved' && asLocal.class === 'local') return true;
  }
  for (const { exchange } of servers) {
    const answer = await services.dns.a(exchange);
    if (answer.kind === 'found' && answer.records.some(isOwnAddress)) return true;
    if (answer.kind !== 'found') {
      defer(run, recipient, `Unable to look up mail exchanger host ${exchange}: ${reasonOf(answer)}`);
    }
  }
  return false;
}

/** Every address of the best mail servers is in permit_mx_backup_networks. */
async function areTrusted(run: Run, recipient: string, servers: readonly MxRecord[]): Promise<boolean> {
  const { services, mxBackupNetworks } = run.context;
  for (const { exchange } of servers) {
    const answer = await services.dns.a(exchange);
    if (answer.kind !== 'found') {
      defer(run, recipient, `Unable to look up host ${exchange} as mail exchanger: ${reasonOf(answer)}`);
      return false;
    }
    for (const address of answer.records) {
      if ((await mxBackupNetworks.match(exchange, address)).kind !== 'found') return false;
    }
  }
  return true;
}
