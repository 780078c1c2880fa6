import ConclaveTool
import Testing
