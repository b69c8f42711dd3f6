import { coredns } from './coredns.ts'
import type { Image } from './image.ts'
import { ingress } from './ingress.ts'
import { meshprobe } from './meshprobe.ts'
import { pause } from './pause.ts'

/** The images that nodes load. */
export const images: readonly Image[] = [pause, coredns, meshprobe, ingress]
