namespace ILGPU.Runtime;

/// <summary>
/// Loads kernels. A kernel is a static method, or a lambda that uses its parameters only. Loading compiles it once; what comes back may
/// be called from any thread, any number of times.
/// </summary>
/// <remarks>
/// <para><c>LoadKernel</c> and <c>LoadStreamKernel</c>: launched with a <see cref="KernelConfig"/>, groups and threads per group.</para>
/// <para><c>LoadAutoGroupedKernel</c>, <c>LoadAutoGroupedStreamKernel</c>: launched with an extent; the kernel gets the index of its thread
/// first, and groups are as large as a warp.</para>
/// <para><c>LoadImplicitlyGroupedKernel</c>, <c>LoadImplicitlyGroupedStreamKernel</c>: the same, with a group size of your own.</para>
/// <para>Those with <c>Stream</c> in their name use the default stream; the others are given one at each launch.</para>
/// </remarks>
public static partial class KernelLoaders;
