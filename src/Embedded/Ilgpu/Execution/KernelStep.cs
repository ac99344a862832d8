namespace ILGPU.Execution;

/// <summary>Runs a thread of a kernel from a state to the next place where it waits, and returns that; 0 is the beginning and the end.</summary>
internal delegate int KernelStep<TFrame, TArgs>(ref TFrame frame, ref TArgs args, KernelContext context, int state);
