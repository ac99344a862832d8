namespace ILGPU.Execution;

/// <summary>Whom a waiting thread waits for.</summary>
internal enum WaitKind : byte
{
    Ready,
    Warp,
    Group,
    Done,
}
