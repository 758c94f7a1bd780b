import type { Engine } from '../engine.ts';
import { os } from '../implementer.ts';

export function userCalls({ users }: Engine) {
  return {
    list: os.users.list.handler(async () => ({ users: [...(await users.list())] })),
    add: os.users.add.handler(async ({ input: { name } }) => ({ name, added: await users.add(name) })),
    remove: os.users.remove.handler(async ({ input }) => ({ removed: await users.remove(input.name) })),
  };
}
