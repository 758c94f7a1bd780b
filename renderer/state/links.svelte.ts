import type { Live } from './live.svelte.ts';

/** A link that was clicked in a message: it is followed only after a question that shows where it leads. */
export class Links {
  asked = $state.raw<string | undefined>();

  constructor(live: Pick<Live, 'on'>, view: string) {
    live.on((event) => {
      if (event.kind === 'link' && event.view === view) this.asked = event.url;
    });
  }
}
