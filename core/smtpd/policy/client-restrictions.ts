/** Restrictions on the client: its name, its address, where it is listed (smtpd_client_restrictions). */
import { chain, type Maybe } from '../../tables/maybe.ts';
import {
  permitListedAddress,
  permitListedDomain,
  rejectListedAddress,
  rejectListedDomain,
  type ListQuestion,
} from './dnsbl.ts';
import { forbidPermit, lookUpHost, lookUpKey } from './look-up.ts';
import type { Call, Restriction, Restrictions } from './restriction.ts';
import {
  NAME,
  note,
  permit,
  reject,
  rejectLookupFailure,
  restrictionSource,
  warn,
  type Run,
  type Status,
} from './run.ts';
import { lookUpServers, type ServerKind } from './server-access.ts';

export const clientRestrictions: Restrictions = {
  permit_inet_interfaces: {
    run: (run, call) => (run.context.isOwnClient(run.facts.client) ? permitClient(run, call) : 'dunno'),
  },
  permit_mynetworks: {
    run: (run, call) =>
      chain(run.context.isInMynetworks(run.facts.client), ({ kind }) => {
        if (kind === 'unavailable') {
          return rejectLookupFailure(run, call.replyName, restrictionSource(run, 'permit_mynetworks'));
        }
        return kind === 'found' ? permitClient(run, call) : 'dunno';
      }),
  },
  permit_sasl_authenticated: {
    run: (run, call) => (run.facts.sasl === undefined ? 'dunno' : permitClient(run, call)),
  },
  // Without TLS there is no client certificate.
  permit_tls_clientcerts: { run: () => 'dunno' },
  permit_tls_all_clientcerts: { run: () => 'dunno' },
  check_ccert_access: { takes: 'table', run: () => 'dunno' },
  check_sasl_access: {
    takes: 'table',
    async run(run, call) {
      const { sasl } = run.facts;
      if (!run.context.config.boolean('smtpd_sasl_auth_enable')) {
        warn(run, `restriction \`${call.name}' ignored: no SASL support`);
        return 'dunno';
      }
      if (sasl === undefined || sasl.username === '') return 'dunno';
      const named = { ...call, replyName: sasl.username, replyClass: NAME.sasl };
      return (await lookUpKey(run, named, sasl.username)).status;
    },
  },
  reject_unknown_client_hostname: { run: rejectUnknownClient },
  reject_unknown_client: { run: rejectUnknownClient },
  reject_unknown_reverse_client_hostname: {
    run(run) {
      const { address, reverseStatus } = run.facts.client;
      if (reverseStatus === 'ok') return 'dunno';
      noteName(run);
      return reject(run, {
        errorClass: 'policy',
        code: reverseStatus === 'permanent' ? run.context.config.integer('unknown_client_reject_code') : 450,
        dsn: '4.7.1',
        text: `Client host rejected: cannot find your reverse hostname, [${address}]`,
        source: restrictionSource(run, 'reject_unknown_reverse_client_hostname'),
      });
    },
  },
  check_client_access: {
    takes: 'table',
    run: (run, call) => {
      const { name, address } = run.facts.client;
      return lookUpHost(run, asClient(run, call), name, address);
    },
  },
  check_reverse_client_hostname_access: {
    takes: 'table',
    async run(run, call) {
      const { reverseName, address } = run.facts.client;
      const named = { ...call, replyName: reverseName, replyClass: NAME.reverseClient };
      return forbidPermit(run, call, reverseName, await lookUpHost(run, named, reverseName, address));
    },
  },
  check_client_a_access: clientServers('a'),
  check_client_mx_access: clientServers('mx'),
  check_client_ns_access: clientServers('ns'),
  check_reverse_client_hostname_a_access: reverseServers('a'),
  check_reverse_client_hostname_mx_access: reverseServers('mx'),
  check_reverse_client_hostname_ns_access: reverseServers('ns'),
  reject_rbl_client: { takes: 'domain', run: rejectRblClient },
  reject_rbl: { takes: 'domain', run: rejectRblClient },
  reject_maps_rbl: {
    async run(run, call) {
      warn(
        run,
        'support for restriction "reject_maps_rbl" will be removed from Postfix; ' +
          'use "reject_rbl_client domain-name" instead',
      );
      for (const domain of run.context.config.list('maps_rbl_domains')) {
        const status = await rejectListedAddress(run, { ...askAddress(run, call), list: domain });
        if (status !== 'dunno') return status;
      }
      return 'dunno';
    },
  },
  permit_dnswl_client: {
    takes: 'domain',
    async run(run, call) {
      const isListed = await permitListedAddress(run, askAddress(run, call));
      return isListed ? permitClient(run, call) : 'dunno';
    },
  },
  reject_rhsbl_client: {
    takes: 'domain',
    run: (run, call) =>
      isUnknown(run.facts.client.name)
        ? 'dunno'
        : rejectListedDomain(run, askName(call, run.facts.client.name)),
  },
  permit_rhswl_client: {
    takes: 'domain',
    async run(run, call) {
      const { name } = run.facts.client;
      if (isUnknown(name)) return 'dunno';
      return (await permitListedDomain(run, askName(call, name))) ? permitClient(run, call) : 'dunno';
    },
  },
  reject_rhsbl_reverse_client: {
    takes: 'domain',
    run: (run, call) =>
      isUnknown(run.facts.client.reverseName)
        ? 'dunno'
        : rejectListedDomain(run, {
            ...askName(call, run.facts.client.reverseName),
            replyClass: NAME.reverseClient,
          }),
  },
};

const isUnknown = (name: string) => name.toLowerCase() === 'unknown';

function asClient(run: Run, call: Call): Call {
  return { ...call, replyName: run.facts.clientLabel, replyClass: NAME.client };
}

function permitClient(run: Run, call: Call): Maybe<Status> {
  return permit(run, {
    action: call.name,
    replyClass: NAME.client,
    replyName: run.facts.clientLabel,
    source: restrictionSource(run, call.name),
  });
}

/** The DNS answers that left the client without a name. */
function noteName(run: Run): void {
  const { nameFound } = run.facts.client;
  if (nameFound !== undefined) note(run, 'info', `DNS: ${nameFound}`);
}

function rejectUnknownClient(run: Run): Status {
  const { address, nameStatus } = run.facts.client;
  if (nameStatus === 'ok') return 'dunno';
  noteName(run);
  return reject(run, {
    errorClass: 'policy',
    code: nameStatus === 'temporary' ? 450 : run.context.config.integer('unknown_client_reject_code'),
    dsn: '4.7.25',
    text: `Client host rejected: cannot find your hostname, [${address}]`,
    source: restrictionSource(run, 'reject_unknown_client_hostname'),
  });
}

function rejectRblClient(run: Run, call: Call): Promise<Status> {
  return rejectListedAddress(run, askAddress(run, call));
}

function askAddress(run: Run, call: Call): ListQuestion {
  return askName(call, run.facts.client.address);
}

function askName(call: Call, what: string): ListQuestion {
  return { restriction: call.name, list: call.argument, what, replyClass: NAME.client };
}

function clientServers(kind: ServerKind): Restriction {
  return {
    takes: 'table',
    async run(run, call) {
      const { name } = run.facts.client;
      if (isUnknown(name)) return 'dunno';
      return forbidPermit(run, call, name, await lookUpServers(run, asClient(run, call), kind, name));
    },
  };
}

function reverseServers(kind: ServerKind): Restriction {
  return {
    takes: 'table',
    async run(run, call) {
      const name = run.facts.client.reverseName;
      if (isUnknown(name)) return 'dunno';
      const named = { ...call, replyName: name, replyClass: NAME.reverseClient };
      return forbidPermit(run, call, name, await lookUpServers(run, named, kind, name));
    },
  };
}
