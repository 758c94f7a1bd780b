/** permit_mx_backup: accept mail for a domain that names this machine as a backup mail server. */
import { domainToASCII } from 'node:url';
import { dnsWords, type MxRecord } from '../../util/dns.ts';
import { isAscii } from '../../mail/byte-string.ts';
import { domainOf } from '../hostnames.ts';
import { isAuthorized, isRouted } from './routing.ts';
import { hostAddresses } from './host-addresses.ts';
import {
  deferIfReject,
  dnsOf,
  NAME,
  noteAnswer,
  rejectLookupFailure,
  resolve,
  type Run,
  type Status,
} from './run.ts';

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
  const asked = isAscii(domain) ? domain : domainToASCII(domain);
  const mx = await dnsOf(run).mx(asked);
  noteAnswer(run, asked, 'MX', mx);
  if (mx.kind === 'servfail')
    defer(run, recipient, `Unable to look up mail exchanger information: ${dnsWords(mx)}`);
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
  const { isOwnAddress } = run.context;
  for (const { exchange } of servers) {
    const asLocal = await run.context.resolver.resolve(`postmaster@${exchange}`, '');
    if (asLocal.kind === 'resolved' && asLocal.class === 'local') return true;
  }
  for (const { exchange } of servers) {
    const { addresses, why } = await hostAddresses(run, exchange);
    if (addresses.some(isOwnAddress)) return true;
    if (addresses.length === 0) {
      defer(run, recipient, `Unable to look up mail exchanger host ${exchange}: ${why}`);
    }
  }
  return false;
}

/** Every address of the best mail servers is in permit_mx_backup_networks. */
async function areTrusted(run: Run, recipient: string, servers: readonly MxRecord[]): Promise<boolean> {
  const { mxBackupNetworks } = run.context;
  for (const { exchange } of servers) {
    const { addresses, why } = await hostAddresses(run, exchange);
    if (addresses.length === 0) {
      defer(run, recipient, `Unable to look up host ${exchange} as mail exchanger: ${why}`);
      return false;
    }
    for (const address of addresses) {
      if ((await mxBackupNetworks.match(exchange, address)).kind !== 'found') return false;
    }
  }
  return true;
}
