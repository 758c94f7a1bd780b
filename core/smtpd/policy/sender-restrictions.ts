/** Restrictions on the envelope sender (smtpd_sender_restrictions). The null sender is exempt from most. */
import { rejectListedDomain } from './dnsbl.ts';
import { rejectNonFqdnAddress } from './fqdn.ts';
import { checkListedSender } from './listed.ts';
import { forbidPermit, lookUpKey, lookUpMailAddress } from './look-up.ts';
import type { Call, Restriction, Restrictions } from './restriction.ts';
import {
  NAME,
  reject,
  rejectLookupFailure,
  resolve,
  restrictionSource,
  warn,
  type Run,
  type Status,
} from './run.ts';
import { lookUpServers, type ServerKind } from './server-access.ts';
import { rejectUnknownAddress } from './unknown-domain.ts';
import { rejectUnverifiedAddress } from './unverified.ts';

export const senderRestrictions: Restrictions = {
  check_sender_access: {
    takes: 'table',
    async run(run, call) {
      const { sender } = run.facts;
      if (sender === undefined) return 'dunno';
      const named = { ...call, replyName: sender, replyClass: NAME.sender };
      if (sender !== '') return lookUpMailAddress(run, named, sender);
      const key = run.context.config.get('smtpd_null_access_lookup_key');
      return (await lookUpKey(run, named, key)).status;
    },
  },
  check_sender_a_access: senderServers('a'),
  check_sender_mx_access: senderServers('mx'),
  check_sender_ns_access: senderServers('ns'),
  reject_unknown_sender_domain: { run: ifSender(rejectUnknown) },
  reject_unknown_address: { run: ifSender(rejectUnknown) },
  reject_unverified_sender: {
    run: ifSender((run, call, sender) => rejectUnverifiedAddress(run, call, sender, NAME.sender)),
  },
  reject_non_fqdn_sender: {
    run: ifSender((run, call, sender) => rejectNonFqdnAddress(run, call, sender, NAME.sender)),
  },
  reject_unlisted_sender: { run: ifSender((run, _call, sender) => checkListedSender(run, sender)) },
  reject_rhsbl_sender: {
    takes: 'domain',
    run: ifSender((run, call, sender) =>
      rejectListedDomain(run, {
        restriction: call.name,
        list: call.argument,
        what: sender,
        replyClass: NAME.sender,
      }),
    ),
  },
  reject_authenticated_sender_login_mismatch: { run: ifSasl(rejectNotOwned) },
  reject_unauthenticated_sender_login_mismatch: { run: ifSasl(rejectNotLoggedIn) },
  reject_known_sender_login_mismatch: {
    run: ifSasl((run, call, sender) =>
      run.facts.sasl === undefined
        ? rejectNotLoggedIn(run, call, sender)
        : rejectNotOwned(run, call, sender, true),
    ),
  },
};

type Check = (run: Run, call: Call, sender: string) => Status | Promise<Status>;

function ifSender(check: Check): Restriction['run'] {
  return (run, call) => {
    const { sender } = run.facts;
    return sender === undefined || sender === '' ? 'dunno' : check(run, call, sender);
  };
}

/** Ownership of sender addresses means nothing without AUTH. */
function ifSasl(check: Check): Restriction['run'] {
  const checked = ifSender(check);
  return (run, call) => {
    if (run.context.config.boolean('smtpd_sasl_auth_enable')) return checked(run, call);
    warn(run, `restriction \`${call.name}' ignored: no SASL support`);
    return 'dunno';
  };
}

function senderServers(kind: ServerKind): Restriction {
  return {
    takes: 'table',
    run: ifSender(async (run, call, sender) => {
      const named = { ...call, replyName: sender, replyClass: NAME.sender };
      return forbidPermit(run, call, sender, await lookUpServers(run, named, kind, sender));
    }),
  };
}

function rejectUnknown(run: Run, call: Call, sender: string): Promise<Status> {
  return rejectUnknownAddress(run, call, sender, NAME.sender);
}

/** The login names that own the address by smtpd_sender_login_maps; undefined when it has no owner. */
async function ownersOf(run: Run, sender: string): Promise<readonly string[] | undefined | 'unavailable'> {
  const resolution = await resolve(run, sender, run.facts.recipient ?? '');
  if (resolution.kind === 'unavailable') return 'unavailable';
  const key = resolution.kind === 'resolved' ? resolution.recipient : sender;
  const { result } = await run.context.finder.find(run.context.parameterMaps('smtpd_sender_login_maps'), key);
  if (result.kind === 'unavailable') return 'unavailable';
  return result.kind === 'found' ? result.value.split(/[,\s]+/).filter((name) => name !== '') : undefined;
}

async function rejectNotOwned(run: Run, call: Call, sender: string, allowsUnknown = false): Promise<Status> {
  const user = run.facts.sasl?.username;
  if (user === undefined || run.context.parameterMaps('smtpd_sender_login_maps').isEmpty) return 'dunno';
  const owners = await ownersOf(run, sender);
  if (owners === 'unavailable') return rejectLookupFailure(run, sender);
  if (owners === undefined && allowsUnknown) return 'dunno';
  if (owners?.some((owner) => owner.toLowerCase() === user.toLowerCase()) === true) return 'dunno';
  return reject(run, {
    errorClass: 'policy',
    code: 553,
    dsn: '5.7.1',
    text: `<${sender}>: Sender address rejected: not owned by user ${user}`,
    source: restrictionSource(run, call.name),
  });
}

async function rejectNotLoggedIn(run: Run, call: Call, sender: string): Promise<Status> {
  if (run.facts.sasl !== undefined || run.context.parameterMaps('smtpd_sender_login_maps').isEmpty) {
    return 'dunno';
  }
  const owners = await ownersOf(run, sender);
  if (owners === 'unavailable') return rejectLookupFailure(run, sender);
  if (owners === undefined) return 'dunno';
  return reject(run, {
    errorClass: 'policy',
    code: 553,
    dsn: '5.7.1',
    text: `<${sender}>: Sender address rejected: not logged in`,
    source: restrictionSource(run, call.name),
  });
}
