export { beginTutorial, clearTutorial, findTutorial, type TutorialPlace } from './place.ts';
export { notPlayed, type PlayedStep, type PlayOptions, playTutorial } from './play-tutorial.ts';
export { TUTORIAL_STEPS, type TutorialStep } from './steps.ts';
