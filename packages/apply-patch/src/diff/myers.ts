/** Which elements of two sequences are not part of what they have in common: 1 where an element is removed or added. */
export interface Edits {
  readonly removed: Uint8Array;
  readonly added: Uint8Array;
}

/**
 * Compares two sequences of numbers by Myers' divide and conquer ("An O(ND) Difference Algorithm and Its Variations",
 * section 4b): linear space, and the fewest edits unless the sequences differ so much that it would cost too long; then
 * a good split is taken instead of the best one, and the result is still right.
 */
export function compareSequences(left: Int32Array, right: Int32Array): Edits {
  const removed = new Uint8Array(left.length);
  const added = new Uint8Array(right.length);
  const findSplit = createSplitter(left, right);
  const open: Box[] = [{ leftStart: 0, leftEnd: left.length, rightStart: 0, rightEnd: right.length }];
  for (let box = open.pop(); box !== undefined; box = open.pop()) {
    let { leftStart, leftEnd, rightStart, rightEnd } = box;
    while (leftStart < leftEnd && rightStart < rightEnd && left[leftStart] === right[rightStart]) {
      leftStart++;
      rightStart++;
    }
    while (leftStart < leftEnd && rightStart < rightEnd && left[leftEnd - 1] === right[rightEnd - 1]) {
      leftEnd--;
      rightEnd--;
    }
    if (leftStart === leftEnd || rightStart === rightEnd) {
      removed.fill(1, leftStart, leftEnd);
      added.fill(1, rightStart, rightEnd);
      continue;
    }
    const split = findSplit({ leftStart, leftEnd, rightStart, rightEnd });
    open.push({ leftStart: split.left, leftEnd, rightStart: split.right, rightEnd });
    open.push({ leftStart, leftEnd: split.left, rightStart, rightEnd: split.right });
  }
  return { removed, added };
}

/** A part of either sequence, to be compared with the other. */
interface Box {
  readonly leftStart: number;
  readonly leftEnd: number;
  readonly rightStart: number;
  readonly rightEnd: number;
}

/** A point through which an edit path of the box goes. */
interface Split {
  readonly left: number;
  readonly right: number;
}

/**
 * Steps that a search makes from both sides before it takes the best point it has. Each step costs as much as the
 * number of steps before it, so this bounds a search to about its square; the bound is what keeps two 50,000-line files
 * with nothing in common order (one the other's reverse) at 0.2 s instead of minutes.
 */
const MAX_STEPS = 512;

/**
 * The search for the middle of a shortest edit path, from both corners of a box at once. `forward[k]` is how far right
 * in the left sequence a path of the present number of edits from the start corner gets on diagonal k (left minus right
 * index), `backward[k]` how far left one from the end corner does.
 */
function createSplitter(left: Int32Array, right: Int32Array): (box: Box) => Split {
  const origin = right.length + 1; // diagonals reach from -right.length to left.length
  const forward = new Int32Array(left.length + right.length + 3);
  const backward = new Int32Array(left.length + right.length + 3);

  return ({ leftStart, leftEnd, rightStart, rightEnd }) => {
    const lowest = leftStart - rightEnd;
    const highest = leftEnd - rightStart;
    const startDiagonal = leftStart - rightStart;
    const endDiagonal = leftEnd - rightEnd;
    const isOdd = ((startDiagonal - endDiagonal) & 1) !== 0;
    let forwardLow = startDiagonal;
    let forwardHigh = startDiagonal;
    let backwardLow = endDiagonal;
    let backwardHigh = endDiagonal;
    forward[origin + startDiagonal] = leftStart;
    backward[origin + endDiagonal] = leftEnd;

    for (let step = 1; ; step++) {
      // One more edit from the start. Diagonals next to the fan count as unreached; at the box's edge it shrinks.
      if (forwardLow > lowest) forward[origin + --forwardLow - 1] = -1;
      else forwardLow++;
      if (forwardHigh < highest) forward[origin + ++forwardHigh + 1] = -1;
      else forwardHigh--;
      for (let diagonal = forwardHigh; diagonal >= forwardLow; diagonal -= 2) {
        const fromBelow = forward[origin + diagonal - 1] ?? 0;
        const fromAbove = forward[origin + diagonal + 1] ?? 0;
        let x = fromBelow < fromAbove ? fromAbove : fromBelow + 1;
        while (x < leftEnd && x - diagonal < rightEnd && left[x] === right[x - diagonal]) x++;
        forward[origin + diagonal] = x;
        if (isOdd && diagonal >= backwardLow && diagonal <= backwardHigh && (backward[origin + diagonal] ?? 0) <= x)
          return { left: x, right: x - diagonal };
      }
      // One more edit from the end.
      if (backwardLow > lowest) backward[origin + --backwardLow - 1] = UNREACHED;
      else backwardLow++;
      if (backwardHigh < highest) backward[origin + ++backwardHigh + 1] = UNREACHED;
      else backwardHigh--;
      for (let diagonal = backwardHigh; diagonal >= backwardLow; diagonal -= 2) {
        const fromBelow = backward[origin + diagonal - 1] ?? 0;
        const fromAbove = backward[origin + diagonal + 1] ?? 0;
        let x = fromBelow < fromAbove ? fromBelow : fromAbove - 1;
        while (x > leftStart && x - diagonal > rightStart && left[x - 1] === right[x - diagonal - 1]) x--;
        backward[origin + diagonal] = x;
        if (!isOdd && diagonal >= forwardLow && diagonal <= forwardHigh && x <= (forward[origin + diagonal] ?? 0))
          return { left: x, right: x - diagonal };
      }
      if (step >= MAX_STEPS)
        return furthestPoint(
          { leftStart, leftEnd, rightStart, rightEnd },
          { forwardLow, forwardHigh, backwardLow, backwardHigh },
        );
    }
  };

  /** Of all points reached from either corner the one furthest from it. */
  function furthestPoint(
    { leftStart, leftEnd, rightStart, rightEnd }: Box,
    fan: {
      readonly forwardLow: number;
      readonly forwardHigh: number;
      readonly backwardLow: number;
      readonly backwardHigh: number;
    },
  ): Split {
    let best: Split = { left: leftStart, right: rightStart };
    let bestProgress = -1;
    for (let diagonal = fan.forwardLow; diagonal <= fan.forwardHigh; diagonal += 2) {
      const x = Math.min(forward[origin + diagonal] ?? 0, leftEnd, rightEnd + diagonal);
      const progress = x - leftStart + (x - diagonal - rightStart);
      if (progress > bestProgress) {
        bestProgress = progress;
        best = { left: x, right: x - diagonal };
      }
    }
    for (let diagonal = fan.backwardLow; diagonal <= fan.backwardHigh; diagonal += 2) {
      const x = Math.max(backward[origin + diagonal] ?? 0, leftStart, rightStart + diagonal);
      const progress = leftEnd - x + (rightEnd - (x - diagonal));
      if (progress > bestProgress) {
        bestProgress = progress;
        best = { left: x, right: x - diagonal };
      }
    }
    return best;
  }
}

const UNREACHED = 0x7fffffff;
