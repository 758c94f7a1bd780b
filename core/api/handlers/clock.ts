import type { Engine } from '../engine.ts';
import { os } from '../implementer.ts';

export function clockCalls({ time }: Engine) {
  return {
    state: os.clock.state.handler(() => time.state()),
    skip: os.clock.skip.handler(async ({ input }) => {
      await time.skip(input.seconds * 1000);
      return time.state();
    }),
    run: os.clock.run.handler(({ input }) => {
      time.run(input.secondsPerSecond * 1000);
      return time.state();
    }),
    reset: os.clock.reset.handler(async () => {
      await time.reset();
      return time.state();
    }),
  };
}
