/** Restrictions on the recipient and on relaying (smtpd_recipient_restrictions, smtpd_relay_restrictions), and ETRN's. */
import type { Maybe } from '../../tables/maybe.ts';
import { rejectListedDomain } from './dnsbl.ts';
import { rejectNonFqdnAddress } from './fqdn.ts';
import { checkListedRecipient } from './listed.ts';
import { forbidPermit, lookUpDomain, lookUpMailAddress } from './look-up.ts';
import { permitMxBackup } from './mx-backup.ts';
import type { Call, Restriction, Restrictions } from './restriction.ts';
import { isAuthorized } from './routing.ts';
import {
  NAME,
  permit,
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

export const recipientRestrictions: Restrictions = {
  check_recipient_access: {
    takes: 'table',
    run: ifRecipient((run, call, recipient) =>
      lookUpMailAddress(run, asRecipient(call, recipient), recipient),
    ),
  },
  check_recipient_a_access: recipientServers('a'),
  check_recipient_mx_access: recipientServers('mx'),
  check_recipient_ns_access: recipientServers('ns'),
  permit_auth_destination: {
    run: ifRecipient(async (run, call, recipient) => {
      const resolution = await resolve(run, recipient, run.facts.sender ?? '');
      if (resolution.kind === 'unavailable') return rejectLookupFailure(run, recipient);
      return isAuthorized(run.context, resolution) ? permitRecipient(run, call, recipient) : 'dunno';
    }),
  },
  permit_mx_backup: {
    run: ifRecipient(async (run, call, recipient) => {
      const status = await permitMxBackup(run, recipient);
      return status === 'ok' ? permitRecipient(run, call, recipient) : status;
    }),
  },
  reject_unauth_destination: {
    run: ifRecipient((run, call, recipient) => {
      const code = run.context.config.integer('relay_domains_reject_code');
      return rejectUnauthorized(run, call, recipient, { code, dsn: '5.7.1' });
    }),
  },
  defer_unauth_destination: {
    run: ifRecipient((run, call, recipient) => {
      const code = run.context.config.integer('relay_domains_reject_code') - 100;
      return rejectUnauthorized(run, call, recipient, { code, dsn: '4.7.1' });
    }),
  },
  check_relay_domains: { run: ifRecipient(checkRelayDomains) },
  reject_unknown_recipient_domain: {
    run: ifRecipient((run, call, recipient) => rejectUnknownAddress(run, call, recipient, NAME.recipient)),
  },
  reject_non_fqdn_recipient: {
    run: ifRecipient((run, call, recipient) => rejectNonFqdnAddress(run, call, recipient, NAME.recipient)),
  },
  reject_rhsbl_recipient: {
    takes: 'domain',
    run: ifRecipient((run, call, recipient) =>
      rejectListedDomain(run, {
        restriction: call.name,
        list: call.argument,
        what: recipient,
        replyClass: NAME.recipient,
      }),
    ),
  },
  reject_unlisted_recipient: {
    run: ifRecipient((run, _call, recipient) => checkListedRecipient(run, recipient)),
  },
  check_recipient_maps: { run: ifRecipient((run, _call, recipient) => checkListedRecipient(run, recipient)) },
  reject_unverified_recipient: {
    run: ifRecipient((run, call, recipient) => rejectUnverifiedAddress(run, call, recipient, NAME.recipient)),
  },
  reject_multi_recipient_bounce: {
    run(run, { name, replyName, replyClass }) {
      const { sender, where, recipientCount } = run.facts;
      if (sender !== '' || recipientCount <= (where === 'RCPT' ? 0 : 1)) return 'dunno';
      return reject(run, {
        errorClass: 'policy',
        code: run.context.config.integer('multi_recipient_bounce_reject_code'),
        dsn: '5.5.3',
        text: `<${replyName}>: ${replyClass} rejected: Multi-recipient bounce`,
        source: restrictionSource(run, name),
      });
    },
  },
  check_etrn_access: {
    takes: 'table',
    async run(run, call) {
      const { etrnDomain } = run.facts;
      if (etrnDomain === undefined) return 'dunno';
      const named = { ...call, replyName: etrnDomain, replyClass: NAME.etrn };
      return (await lookUpDomain(run, named, etrnDomain)).status;
    },
  },
};

type Check = (run: Run, call: Call, recipient: string) => Status | Promise<Status>;

function ifRecipient(check: Check): Restriction['run'] {
  return (run, call) => {
    const { recipient } = run.facts;
    return recipient === undefined ? 'dunno' : check(run, call, recipient);
  };
}

const asRecipient = (call: Call, recipient: string): Call => ({
  ...call,
  replyName: recipient,
  replyClass: NAME.recipient,
});

function recipientServers(kind: ServerKind): Restriction {
  return {
    takes: 'table',
    run: ifRecipient(async (run, call, recipient) => {
      const found = await lookUpServers(run, asRecipient(call, recipient), kind, recipient);
      return forbidPermit(run, call, recipient, found);
    }),
  };
}

function permitRecipient(run: Run, call: Call, recipient: string): Maybe<Status> {
  return permit(run, {
    action: call.name,
    replyClass: NAME.recipient,
    replyName: recipient,
    source: restrictionSource(run, call.name),
  });
}

async function rejectUnauthorized(
  run: Run,
  call: Call,
  recipient: string,
  { code, dsn }: { readonly code: number; readonly dsn: string },
): Promise<Status> {
  const resolution = await resolve(run, recipient, run.facts.sender ?? '');
  if (resolution.kind === 'unavailable') return rejectLookupFailure(run, recipient);
  if (isAuthorized(run.context, resolution)) return 'dunno';
  const source = restrictionSource(run, call.name);
  return reject(run, {
    errorClass: 'policy',
    code,
    dsn,
    text: `<${recipient}>: Relay access denied`,
    source,
  });
}

/** Obsolete, and still understood. */
async function checkRelayDomains(run: Run, call: Call, recipient: string): Promise<Status> {
  warn(
    run,
    'support for restriction "check_relay_domains" will be removed from Postfix; ' +
      'use "reject_unauth_destination" instead',
  );
  const { name, address } = run.facts.client;
  const resolution = await resolve(run, recipient, run.facts.sender ?? '');
  if (resolution.kind === 'unavailable') return rejectLookupFailure(run, recipient);
  const isRelayClient = (await run.context.relayDomains.match(name, address)).kind === 'found';
  if (isRelayClient || isAuthorized(run.context, resolution)) return permitRecipient(run, call, recipient);
  return reject(run, {
    errorClass: 'policy',
    code: run.context.config.integer('relay_domains_reject_code'),
    dsn: '5.7.1',
    text: `<${recipient}>: ${NAME.recipient} rejected: Relay access denied`,
    source: restrictionSource(run, call.name),
  });
}
