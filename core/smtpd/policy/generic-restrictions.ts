/** Restrictions that fit any list: permit, reject, defer, defer_if_*, sleep, check_policy_service, pipelining. */
import { applyAccess } from './access.ts';
import { chain } from '../../tables/maybe.ts';
import { policyRequest } from '../policy-server/request.ts';
import type { Restrictions } from './restriction.ts';
import {
  deferIfPermit,
  deferIfReject,
  note,
  permit,
  reject,
  restrictionSource,
  warn,
  type Run,
  type Status,
} from './run.ts';

/** smtpd_policy_service_default_action's own default. */
const SERVER_PROBLEM = '451 4.3.5 Server configuration problem';

function warnIgnored(run: Run, next: string | undefined, name: string): void {
  if (next !== undefined && run.warnIfReject === 0) {
    warn(run, `restriction \`${next}' after \`${name}' is ignored`);
  }
}

export const genericRestrictions: Restrictions = {
  permit: {
    run(run, call) {
      const permitted = permit(run, {
        action: call.name,
        replyClass: call.replyClass,
        replyName: call.replyName,
        source: restrictionSource(run, 'permit'),
      });
      return chain(permitted, (status) => {
        if (call.next !== undefined) warn(run, `restriction \`${call.next}' after \`permit' is ignored`);
        return status;
      });
    },
  },
  reject: {
    run(run, { replyName, replyClass, next }) {
      const status = reject(run, {
        errorClass: 'policy',
        code: run.context.config.integer('reject_code'),
        dsn: '5.7.1',
        text: `<${replyName}>: ${replyClass} rejected: Access denied`,
        source: restrictionSource(run, 'reject'),
      });
      warnIgnored(run, next, 'reject');
      return status;
    },
  },
  defer: {
    run(run, { replyName, replyClass, next }) {
      const status = reject(run, {
        errorClass: 'policy',
        code: run.context.config.integer('defer_code'),
        dsn: '4.3.2',
        text: `<${replyName}>: ${replyClass} rejected: Try again later`,
        source: restrictionSource(run, 'defer'),
      });
      warnIgnored(run, next, 'defer');
      return status;
    },
  },
  defer_if_permit: {
    run: (run, { replyName, replyClass }) =>
      deferIfPermit(run, {
        errorClass: 'policy',
        code: 450,
        dsn: '4.7.0',
        text: `<${replyName}>: ${replyClass} rejected: defer_if_permit requested`,
      }),
  },
  defer_if_reject: {
    run: (run, { replyName, replyClass }) =>
      deferIfReject(run, {
        errorClass: 'policy',
        code: 450,
        dsn: '4.7.0',
        text: `<${replyName}>: ${replyClass} rejected: defer_if_reject requested`,
      }),
  },
  sleep: {
    takes: 'seconds',
    run: (run, { argument }) =>
      run.context.services.sleep(Number(argument) * 1000).then((): Status => 'dunno'),
  },
  reject_unauth_pipelining: {
    run: (run, { replyName, replyClass }) =>
      run.facts.hasPipelinedWrongly
        ? reject(run, {
            errorClass: 'protocol',
            code: 503,
            dsn: '5.5.0',
            text: `<${replyName}>: ${replyClass} rejected: Improper use of SMTP command pipelining`,
            source: restrictionSource(run, 'reject_unauth_pipelining'),
          })
        : 'dunno',
  },
  reject_plaintext_session: {
    run: (run) =>
      run.facts.isEncrypted
        ? 'dunno'
        : reject(run, {
            errorClass: 'policy',
            code: run.context.config.integer('plaintext_reject_code'),
            dsn: '4.7.1',
            text: 'Session encryption is required',
            source: restrictionSource(run, 'reject_plaintext_session'),
          }),
  },
  check_policy_service: {
    takes: 'server',
    async run(run, call) {
      const { services, policyServer } = run.context;
      const server = policyServer(call.argument);
      const request = policyRequest(run.facts, server);
      const action = await services.askPolicyServer?.(server, request, (text) => {
        warn(run, text);
      });
      note(
        run,
        'info',
        `policy server ${server.name} ${action === undefined ? 'does not answer' : `says: ${action}`}`,
        {
          source: restrictionSource(run, call.name),
        },
      );
      const result = { table: call.argument, key: 'policy query' };
      if (action !== undefined) return applyAccess(run, call, { ...result, value: action });
      // A default action that asks the same server again must not go on for ever.
      const value = run.policyDepth > 0 ? SERVER_PROBLEM : server.defaultAction;
      run.policyDepth++;
      const status = await applyAccess(run, call, { ...result, value });
      run.policyDepth--;
      return status;
    },
  },
};
