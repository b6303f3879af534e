/** Numbers as options take them. */
import { InvalidArgumentError } from "commander";
import { list } from "./data-options.ts";

/** Any finite number. */
export function anyNumber(value: string): number {
  const parsed = Number(value);
  if (value.trim() === "" || !Number.isFinite(parsed)) throw new InvalidArgumentError(`"${value}" is not a number.`);
  return parsed;
}

/** Any number above 0. */
export function positiveNumber(value: string): number {
  const parsed = anyNumber(value);
  if (parsed <= 0) throw new InvalidArgumentError(`"${value}" is not above 0.`);
  return parsed;
}

/** A whole number from 0 up. */
export function wholeNumber(value: string): number {
  const parsed = Number(value);
  if (value.trim() === "" || !Number.isSafeInteger(parsed) || parsed < 0) {
    throw new InvalidArgumentError(`"${value}" is not a whole number from 0 up.`);
  }
  return parsed;
}

/** A whole number from `least` up. */
export function atLeast(least: number): (value: string) => number {
  return (value) => {
    const parsed = wholeNumber(value);
    if (parsed < least) throw new InvalidArgumentError(`"${value}" is less than ${least}.`);
    return parsed;
  };
}

/** Comma-separated whole numbers. */
export function wholeNumbers(value: string): number[] {
  return list(value).map(wholeNumber);
}
