/** A place in a text, counted from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** A part of a text; both ends belong to it. */
export interface PlaceRange {
  readonly start: Place;
  readonly end: Place;
}
