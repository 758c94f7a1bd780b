/** The session of a dry run: smtpd's own, with what it decides overheard and nothing stored. */
import type { TraceInput, TraceResult } from '../api/contract/trace.ts';
import type { MasterService } from '../config/config.ts';
import type { JourneyEntry } from '../mail/journey.ts';
import type { Submission } from '../mail/message.ts';
import { createAnvil } from '../smtpd/anvil.ts';
import type { LookupClient } from '../smtpd/client.ts';
import type { PolicyServices } from '../smtpd/policy/context.ts';
import type { Ruling } from '../smtpd/policy/facts.ts';
import type { Policy } from '../smtpd/policy/policy.ts';
import { createService, type SmtpdIntake, type SmtpdWorld, type SmtpService } from '../smtpd/service.ts';
import { openSpokenSession, type SpokenRefusal } from '../smtpd/spoken-session.ts';
import type { Clock } from '../util/clock.ts';
import { SILENT } from '../util/log.ts';
import type { Numbers } from './dry-numbers.ts';

/** What smtpd is given besides the world. */
export interface SmtpdGivens {
  readonly lookupClient: LookupClient;
  readonly policyServices: PolicyServices;
}

export interface Talked {
  readonly replies: TraceResult['replies'];
  /** Every decision of the session, those about refused recipients included. */
  readonly journey: readonly JourneyEntry[];
  readonly refused: readonly SpokenRefusal[];
}

export interface Talk {
  readonly world: SmtpdWorld;
  readonly clock: Clock;
  readonly allocate: () => Numbers;
  /** What becomes of the accepted message. */
  readonly submit: SmtpdIntake['submit'];
  readonly smtpd: SmtpdGivens;
  readonly input: Omit<TraceInput, 'rawBase64' | 'messageId' | 'draft'>;
  /** As a client sends it. */
  readonly content: Buffer;
  readonly service: MasterService;
}

/** smtpd's decisions with their journeys kept, refusals' too: a real session drops what is not the message's story. */
function overheard(service: SmtpService, heard: (ruling: Ruling) => void): SmtpService {
  const { policy } = service;
  const keep = (ruling: Ruling) => {
    heard(ruling);
    return ruling;
  };
  const later = async (ruling: Promise<Ruling>) => keep(await ruling);
  const both = (ruling: Ruling | Promise<Ruling>) =>
    ruling instanceof Promise ? later(ruling) : keep(ruling);
  const listening: Policy = {
    ...policy,
    client: (...args) => later(policy.client(...args)),
    helo: (...args) => later(policy.helo(...args)),
    sender: (...args) => later(policy.sender(...args)),
    recipient: (...args) => later(policy.recipient(...args)),
    data: (...args) => both(policy.data(...args)),
    endOfData: (...args) => both(policy.endOfData(...args)),
    size: (...args) => keep(policy.size(...args)),
  };
  return { ...service, policy: listening };
}

/** @throws ConfigError when smtpd cannot run with this configuration. */
export async function talk(given: Talk): Promise<Talked> {
  const { clock, smtpd, input } = given;
  const journey: JourneyEntry[] = [];
  const service = createService(given.service, given.world, {
    ...smtpd,
    clock,
    log: () => SILENT,
    anvil: createAnvil(() => clock.now()),
    refuse: () => undefined,
    intake: {
      allocate: given.allocate,
      submit(submission) {
        // a notice to the postmaster about the session comes this way too
        if (submission.origin !== 'smtpd') return Promise.resolve({ kind: 'queued' });
        journey.unshift(...unheard(submission, journey));
        return given.submit(submission);
      },
    },
  });
  const listening = overheard(service, (ruling) => journey.push(...ruling.journey));
  const session = await openSpokenSession(listening, input);
  const refused = await session.deliver(given.content);
  return { replies: session.replies, refused, journey };
}

/** What smtpd noted without a ruling: that the message began. */
function unheard({ journey }: Submission, heard: readonly JourneyEntry[]): readonly JourneyEntry[] {
  const known = new Set(heard);
  return journey.filter((entry) => !known.has(entry));
}
