using System.Runtime.CompilerServices;

namespace ILGPU.Execution;

/// <summary>
/// How the threads of a group hand values to each other. A thread writes its value and waits; when all have come, the written half
/// of the buffer becomes the one that is read, so that a thread that is already at the next exchange overwrites nothing.
/// </summary>
internal sealed unsafe partial class KernelContext
{
    private byte[] _slots = [];
    private int[] _sources = [];
    private int _slotSize;
    private int _half;
    private int _predicates;
    private int _predicateResult;
    private int _participants;
    private byte[] _warpParity = [];
    private int _groupParity;

    public void PrepareExchange(int threads, int slotSize)
    {
        _slotSize = slotSize;
        _half = threads * slotSize;
        // Warps and group have buffers of their own: one may be in use while the other is.
        if (_slots.Length < _half * 4)
        {
            _slots = new byte[_half * 4];
        }

        if (_sources.Length < threads)
        {
            _sources = new int[threads];
            _warpParity = new byte[threads];
        }
    }

    public void ReleaseWarp(int warp) => _warpParity[warp] ^= 1;

    public void ReleaseGroup(int participants)
    {
        _groupParity ^= 1;
        _participants = participants;
        _predicateResult = _predicates;
        _predicates = 0;
    }

    // What the compiler puts in the place of a collective member: Begin before the thread waits, End after.
    public static void BeginGroupBarrier(KernelContext context) => _ = context;

    public static void BeginWarpBarrier(KernelContext context) => _ = context;

    public static void BeginPredicate(bool predicate, KernelContext context) => context._predicates += predicate ? 1 : 0;

    public static int EndGroupBarrierPopCount(KernelContext context) => context._predicateResult;

    public static bool EndGroupBarrierAnd(KernelContext context) => context._predicateResult == context._participants;

    public static bool EndGroupBarrierOr(KernelContext context) => context._predicateResult > 0;

    public static void BeginGroupBroadcast<T>(T value, int groupIndex, KernelContext context)
        where T : unmanaged
    {
        if ((uint)groupIndex >= (uint)context.GroupSize)
        {
            throw new ArgumentOutOfRangeException(
                nameof(groupIndex), groupIndex, $"Thread {groupIndex} is not in the group of {context.GroupSize} threads.");
        }

        context.Write(context.GroupHalf(context._groupParity), value, groupIndex);
    }

    public static T EndGroupBroadcast<T>(KernelContext context)
        where T : unmanaged =>
        context.Read<T>(context.GroupHalf(context._groupParity ^ 1));

    public static void BeginShuffle<T>(T value, int lane, KernelContext context)
        where T : unmanaged =>
        context.BeginExchange(value, lane, 0, context.WarpSize);

    public static void BeginShuffleWidth<T>(T value, int lane, int width, KernelContext context)
        where T : unmanaged =>
        context.BeginExchange(value, lane, context.Offset(width), width);

    public static void BeginShuffleDown<T>(T value, int delta, KernelContext context)
        where T : unmanaged =>
        context.BeginExchange(value, context.Lane + delta, 0, context.WarpSize);

    public static void BeginShuffleDownWidth<T>(T value, int delta, int width, KernelContext context)
        where T : unmanaged =>
        context.BeginExchange(value, context.Lane - context.Offset(width) + delta, context.Offset(width), width);

    public static void BeginShuffleUp<T>(T value, int delta, KernelContext context)
        where T : unmanaged =>
        context.BeginExchange(value, context.Lane - delta, 0, context.WarpSize);

    public static void BeginShuffleUpWidth<T>(T value, int delta, int width, KernelContext context)
        where T : unmanaged =>
        context.BeginExchange(value, context.Lane - context.Offset(width) - delta, context.Offset(width), width);

    public static void BeginShuffleXor<T>(T value, int mask, KernelContext context)
        where T : unmanaged =>
        context.BeginExchange(value, context.Lane ^ mask, 0, context.WarpSize);

    public static void BeginShuffleXorWidth<T>(T value, int mask, int width, KernelContext context)
        where T : unmanaged =>
        context.BeginExchange(value, (context.Lane - context.Offset(width)) ^ mask, context.Offset(width), width);

    public static T EndShuffle<T>(KernelContext context)
        where T : unmanaged =>
        context.Read<T>(context.WarpHalf(1));

    private int Lane => Linear % WarpSize;

    private int Offset(int width)
    {
        if (width < 1 || width > WarpSize)
        {
            throw new ArgumentOutOfRangeException(nameof(width), width, $"The width is {width}; allowed: 1 to the warp size {WarpSize}.");
        }

        return Lane / width * width;
    }

    private int GroupHalf(int parity) => (2 + parity) * _half;

    private int WarpHalf(int read) => (_warpParity[Linear / WarpSize] ^ read) * _half;

    // A source outside the lanes gives the own value, as on a GPU.
    private void BeginExchange<T>(T value, int lane, int offset, int width)
        where T : unmanaged
    {
        var source = Linear - Lane + offset + lane;
        Write(WarpHalf(0), value, (uint)lane < (uint)width && source < GroupSize ? source : Linear);
    }

    private void Write<T>(int half, T value, int source)
        where T : unmanaged
    {
        _sources[Linear] = source;
        Unsafe.WriteUnaligned(ref _slots[half + (Linear * _slotSize)], value);
    }

    private T Read<T>(int half)
        where T : unmanaged =>
        Unsafe.ReadUnaligned<T>(ref _slots[half + (_sources[Linear] * _slotSize)]);
}
