/** Restrictions on the name a client introduces itself with (smtpd_helo_restrictions). */
import { isValidHostname, isValidUtf8Hostname } from '../../address/hostname.ts';
import { isIP } from 'node:net';
import { mailhostAddress, withoutFinalDot } from '../hostnames.ts';
import { rejectListedDomain } from './dnsbl.ts';
import { forbidPermit, lookUpDomain } from './look-up.ts';
import type { Call, Restriction, Restrictions } from './restriction.ts';
import { NAME, permit, reject, restrictionSource, warn, type Run, type Status } from './run.ts';
import { lookUpServers, type ServerKind } from './server-access.ts';
import { rejectUnknownHelo } from './unknown-domain.ts';

export const heloRestrictions: Restrictions = {
  check_helo_access: {
    takes: 'table',
    run: ifHelo(async (run, call, helo) => (await lookUpDomain(run, asHelo(call, helo), helo)).status),
  },
  check_helo_a_access: heloServers('a'),
  check_helo_mx_access: heloServers('mx'),
  check_helo_ns_access: heloServers('ns'),
  reject_invalid_helo_hostname: { run: ifHelo(rejectInvalidHelo) },
  reject_invalid_hostname: { run: ifHelo(rejectInvalidHelo) },
  reject_non_fqdn_helo_hostname: { run: ifHelo(rejectNonFqdnHelo) },
  reject_non_fqdn_hostname: { run: ifHelo(rejectNonFqdnHelo) },
  reject_unknown_helo_hostname: { run: ifHelo(rejectUnknown) },
  reject_unknown_hostname: { run: ifHelo(rejectUnknown) },
  permit_naked_ip_address: {
    run: ifHelo((run, call, helo) => {
      warn(
        run,
        'restriction permit_naked_ip_address is deprecated. ' +
          'Use permit_mynetworks or permit_sasl_authenticated instead',
      );
      if (!/^[\d.:]*$/.test(helo)) return 'dunno';
      const status = rejectBadAddress(run, call, helo);
      if (status !== 'dunno') return status;
      const source = restrictionSource(run, call.name);
      return permit(run, { action: call.name, replyClass: NAME.helo, replyName: helo, source });
    }),
  },
  reject_rhsbl_helo: {
    takes: 'domain',
    run: ifHelo((run, call, helo) =>
      rejectListedDomain(run, {
        restriction: call.name,
        list: call.argument,
        what: helo,
        replyClass: NAME.helo,
      }),
    ),
  },
};

type Check = (run: Run, call: Call, helo: string) => Status | Promise<Status>;

/** A client that never said HELO has no name to refuse. */
function ifHelo(check: Check): Restriction['run'] {
  return (run, call) => (run.facts.helo === undefined ? 'dunno' : check(run, call, run.facts.helo));
}

const asHelo = (call: Call, helo: string): Call => ({ ...call, replyName: helo, replyClass: NAME.helo });

function heloServers(kind: ServerKind): Restriction {
  return {
    takes: 'table',
    run: ifHelo(async (run, call, helo) =>
      forbidPermit(run, call, helo, await lookUpServers(run, asHelo(call, helo), kind, helo)),
    ),
  };
}

function rejectInvalidHelo(run: Run, call: Call, helo: string): Status {
  if (helo.startsWith('[')) return rejectBadAddress(run, call, helo);
  const name = withoutFinalDot(helo);
  if (isValidHostname(name) || isIP(name) !== 0) return 'dunno';
  return reject(run, {
    errorClass: 'policy',
    code: run.context.config.integer('invalid_hostname_reject_code'),
    dsn: '5.5.2',
    text: `<${helo}>: ${NAME.helo} rejected: Invalid name`,
    source: restrictionSource(run, call.name),
  });
}

function rejectNonFqdnHelo(run: Run, call: Call, helo: string): Status {
  if (helo.startsWith('[')) return rejectBadAddress(run, call, helo);
  const name = withoutFinalDot(helo);
  if (isValidUtf8Hostname(name, run.facts.smtputf8) && name.includes('.')) return 'dunno';
  return reject(run, {
    errorClass: 'policy',
    code: run.context.config.integer('non_fqdn_reject_code'),
    dsn: '5.5.2',
    text: `<${helo}>: ${NAME.helo} rejected: need fully-qualified hostname`,
    source: restrictionSource(run, call.name),
  });
}

function rejectUnknown(run: Run, call: Call, helo: string): Status | Promise<Status> {
  return helo.startsWith('[') ? rejectBadAddress(run, call, helo) : rejectUnknownHelo(run, call, helo);
}

function rejectBadAddress(run: Run, call: Call, helo: string): Status {
  const bare = helo.length > 2 && helo.startsWith('[') && helo.endsWith(']') ? helo.slice(1, -1) : helo;
  if (mailhostAddress(bare) !== undefined) return 'dunno';
  return reject(run, {
    errorClass: 'policy',
    code: run.context.config.integer('invalid_hostname_reject_code'),
    dsn: '5.5.2',
    text: `<${helo}>: ${NAME.helo} rejected: invalid ip address`,
    source: restrictionSource(run, call.name),
  });
}
