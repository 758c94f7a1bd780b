/** Restrictions that fit any list: permit, reject, defer, defer_if_*, sleep, check_policy_service, pipelining. */
import { applyAccess } from './access.ts';
import type { Restrictions } from './restriction.ts';
import {
  deferIfPermit,
  deferIfReject,
  permit,
  reject,
  restrictionSource,
  warn,
  type Run,
  type Status,
} from './run.ts';

function warnIgnored(run: Run, next: string | undefined, name: string): void {
  if (next !== undefined && run.warnIfReject === 0) {
    warn(run, `restriction \`${next}' after \`${name}' is ignored`);
  }
}

export const genericRestrictions: Restrictions = {
  permit: {
    async run(run, call) {
      const status = await permit(run, {
        action: call.name,
        replyClass: call.replyClass,
        replyName: call.replyName,
        source: restrictionSource(run, 'permit'),
      });
      if (call.next !== undefined) warn(run, `restriction \`${call.next}' after \`permit' is ignored`);
      return status;
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
      const { askPolicyServer } = run.context.services;
      const fallback = run.context.config.get('smtpd_policy_service_default_action');
      const answer =
        askPolicyServer === undefined
          ? { kind: 'unavailable' as const, defaultAction: fallback }
          : await askPolicyServer(call.argument, run.facts);
      // A default action that asks the same server again must not go on for ever.
      const isNested = run.policyDepth > 0;
      const action =
        answer.kind === 'action'
          ? answer.action
          : isNested
            ? '451 4.3.5 Server configuration problem'
            : answer.defaultAction;
      run.policyDepth++;
      const status = await applyAccess(run, call, {
        table: call.argument,
        key: 'policy query',
        value: action,
      });
      run.policyDepth--;
      return status;
    },
  },
};
