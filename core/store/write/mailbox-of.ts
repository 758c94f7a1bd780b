/** Which mailbox each outcome put the message into: agents answer outcomes and deliveries side by side. */
import type { MailboxDelivery, Outcome } from '../../mail/message.ts';

function localPart(address: string): string {
  const at = address.lastIndexOf('@');
  return (at < 0 ? address : address.slice(0, at)).toLowerCase();
}

/** `you+tag` was put into `you`. */
function fits(outcome: Outcome, delivery: MailboxDelivery): boolean {
  const local = localPart(outcome.address);
  const mailbox = delivery.mailbox.toLowerCase();
  return local === mailbox || (local.startsWith(mailbox) && !/[a-z0-9]/.test(local.charAt(mailbox.length)));
}

/** For each outcome its mailbox, or undefined: it went elsewhere (a file, a command, another host). */
export function mailboxesOf(
  outcomes: readonly Outcome[],
  deliveries: readonly MailboxDelivery[],
): readonly (string | undefined)[] {
  if (deliveries.length === 0) return outcomes.map(() => undefined);
  const left = [...deliveries];
  const take = (matches: (delivery: MailboxDelivery) => boolean) => {
    const index = left.findIndex(matches);
    return index < 0 ? undefined : left.splice(index, 1)[0]?.mailbox;
  };
  const answer = outcomes.map((o) =>
    o.status === 'sent' ? take((d) => d.recipientIndex === o.recipientIndex && fits(o, d)) : undefined,
  );
  return outcomes.map((o, index) => {
    if (answer[index] !== undefined || o.status !== 'sent') return answer[index];
    return take((d) => d.recipientIndex === o.recipientIndex);
  });
}
