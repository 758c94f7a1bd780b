import { fromHash, START, toHash, type Place } from './place.ts';

/** What of the browser's window navigation needs. */
export interface AddressBar {
  readonly location: { readonly hash: string };
  readonly history: {
    pushState(data: null, unused: string, url: string): void;
    replaceState(data: null, unused: string, url: string): void;
  };
  addEventListener(kind: 'hashchange' | 'popstate', listener: () => void): void;
}

/** The current place. Views and folders go into the history; stepping through a list replaces, so Back leaves it. */
export class Navigation {
  place = $state.raw<Place>(START);
  readonly #bar: AddressBar;

  constructor(bar: AddressBar) {
    this.#bar = bar;
    this.place = fromHash(bar.location.hash);
    const follow = () => {
      this.place = fromHash(bar.location.hash);
    };
    bar.addEventListener('popstate', follow);
    bar.addEventListener('hashchange', follow);
  }

  go(place: Place): void {
    if (toHash(place) !== toHash(this.place)) this.#bar.history.pushState(null, '', toHash(place));
    this.place = place;
  }

  replace(place: Place): void {
    if (toHash(place) !== toHash(this.place)) this.#bar.history.replaceState(null, '', toHash(place));
    this.place = place;
  }
}
