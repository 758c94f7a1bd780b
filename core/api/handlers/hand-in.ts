import { ORPCError } from '@orpc/server';
import type { Sent } from '../areas/hand-in.ts';
import type { HandedIn } from '../contract/drafts.ts';
import type { Engine } from '../engine.ts';
import { notFound, os } from '../implementer.ts';

interface IncompleteError {
  UNPROCESSABLE_CONTENT(options: { data: { problems: string[] } }): Error;
}

function draftAnswer(id: number, sent: Sent, errors: IncompleteError): HandedIn {
  if (sent.kind === 'handed-in') return sent.result;
  if (sent.kind === 'gone') throw notFound(`draft ${id}`);
  throw errors.UNPROCESSABLE_CONTENT({ data: { problems: [...sent.problems] } });
}

function messageAnswer(id: number | undefined, sent: Sent): HandedIn {
  if (sent.kind === 'handed-in') return sent.result;
  if (sent.kind === 'gone') throw notFound(`message ${id ?? 0}`);
  throw new ORPCError('BAD_REQUEST', { message: sent.problems.join(' ') });
}

export function draftCalls({ drafts }: Engine) {
  return {
    list: os.drafts.list.handler(async () => ({ drafts: [...(await drafts.list())] })),
    get: os.drafts.get.handler(async ({ input: { id } }) => {
      const draft = await drafts.get(id);
      if (draft === undefined) throw notFound(`draft ${id}`);
      return draft;
    }),
    save: os.drafts.save.handler(async ({ input: { id: known, fields } }) => {
      const id = await drafts.save(fields, known);
      if (id === undefined) throw notFound(`draft ${known ?? 0}`);
      return { id };
    }),
    attach: os.drafts.attach.handler(async ({ input: { id, file } }) => {
      const { contentId } = file;
      const attachment =
        'base64' in file
          ? { name: file.name, type: file.type, contentId, bytes: Buffer.from(file.base64, 'base64') }
          : file;
      const attached = await drafts.attach(id, attachment);
      if (attached === undefined) throw notFound(`draft ${id}, or nothing to attach to it`);
      return attached;
    }),
    detach: os.drafts.detach.handler(async ({ input: { id, file } }) => ({
      removed: await drafts.detach(id, file),
    })),
    remove: os.drafts.remove.handler(async ({ input }) => ({ removed: await drafts.remove(input.ids) })),
    send: os.drafts.send.handler(async ({ input: { id }, errors }) =>
      draftAnswer(id, await drafts.send(id), errors),
    ),
  };
}

export function handInCalls({ handIn }: Engine) {
  return {
    resend: os.mail.resend.handler(async ({ input }) => messageAnswer(input.id, await handIn.resend(input))),
    import: os.mail.import.handler(({ input }) => handIn.import(input)),
    inject: os.mail.inject.handler(async ({ input }) =>
      messageAnswer(input.messageId, await handIn.inject(input)),
    ),
  };
}
