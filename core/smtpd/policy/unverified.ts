/** reject_unverified_sender, reject_unverified_recipient: a probe says whether mail would arrive (verify(8)). */
import type { Verification } from './context.ts';
import type { Deferral } from './facts.ts';
import type { Call } from './restriction.ts';
import { NAME, reject, restrictionSource, warn, type Run, type Status } from './run.ts';
import { softFail } from './unknown-domain.ts';

export async function rejectUnverifiedAddress(
  run: Run,
  call: Call,
  address: string,
  replyClass: string,
): Promise<Status> {
  const kind = replyClass === NAME.sender ? 'sender' : 'recipient';
  const verified = await poll(run, address);
  const deferral = (code: number, why: string): Deferral => ({
    errorClass: 'policy',
    code,
    dsn: kind === 'sender' ? '4.1.7' : '4.1.1',
    text: `<${address}>: ${replyClass} rejected: ${why}`,
  });
  const soft = (code: number, why: string) =>
    softFail(run, `unverified_${kind}_tempfail_action`, deferral(code, why), call.name);
  if (verified.kind === 'deliverable') return 'dunno';
  if (verified.kind === 'unavailable') {
    warn(run, 'verify service failure');
    return soft(450, 'address verification problem');
  }
  const isBounce = verified.kind === 'undeliverable';
  const { config } = run.context;
  const code = config.integer(`unverified_${kind}_${isBounce ? 'reject' : 'defer'}_code`);
  const override = config.get(`unverified_${kind}_reject_reason`);
  const reason = code >= 400 && override !== '' ? override : verified.reason;
  if (code >= 400 && code < 500) return soft(code, `unverified address: ${reason.slice(0, 250)}`);
  if (code < 400) return 'dunno';
  return reject(run, {
    ...deferral(code, `undeliverable address: ${reason}`),
    source: restrictionSource(run, call.name),
  });
}

/** Waits a little for a probe that is under way (address_verify_poll_count, address_verify_poll_delay). */
async function poll(run: Run, address: string): Promise<Verification> {
  const { verify, sleep } = run.context.services;
  if (verify === undefined) return { kind: 'unavailable' };
  const { config } = run.context;
  const tries = config.integer('address_verify_poll_count');
  let answer = await verify(address);
  for (let count = 1; answer.kind === 'pending' && count < tries; count++) {
    await sleep(config.seconds('address_verify_poll_delay') * 1000);
    answer = await verify(address);
  }
  return answer;
}
