import dynamic from 'next/dynamic'

/** The camera, loaded when it is looked through. */
export const Camera = dynamic(() => import('#components/devices/camera').then((room) => room.Camera), { ssr: false })

/** Whether this browser has a camera at all that a page may ask for. */
export const hasCamera = (): boolean => typeof navigator !== 'undefined' && navigator.mediaDevices !== undefined
