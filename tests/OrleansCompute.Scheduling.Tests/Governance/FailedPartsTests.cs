using OrleansCompute.Scheduling.Governance;
using OrleansCompute.Scheduling.Model;
using static OrleansCompute.Scheduling.Tests.Governance.TenantWorld;

namespace OrleansCompute.Scheduling.Tests.Governance;

public sealed class FailedPartsTests
{
    [Fact]
    public void Covers_WhenAnotherNeedsAsMuchOrMore_IsTrue()
    {
        var failed = new FailedParts();
        failed.Add(Part(0.5, 100) with { CpuCoresPerAccelerator = 2 }, 1, "why");

        Assert.True(failed.Covers(Part(0.5, 100) with { CpuCoresPerAccelerator = 2 }, 1, out var isSame, out var reason));
        Assert.Equal((true, "why"), (isSame, reason));
        Assert.True(failed.Covers(Part(0.75, 100) with { CpuCoresPerAccelerator = 2 }, 0, out isSame, out _));
        Assert.False(isSame);

        // It is what the part needs that counts, not what a whole accelerator would.
        Assert.True(failed.Covers(Part(0.8, 200) with { CpuCoresPerAccelerator = 1.25 }, 1, out _, out _));
    }

    [Fact]
    public void Covers_WhenAnotherNeedsLessOfAnythingOrIsOfAnotherKind_IsFalse()
    {
        var failed = new FailedParts();
        failed.Add(Part(0.5, 100) with { CpuCoresPerAccelerator = 2, HostMemoryBytesPerAccelerator = 10, Types = ["A"] }, 1, null);
        var same = Part(0.5, 100) with { CpuCoresPerAccelerator = 2, HostMemoryBytesPerAccelerator = 10, Types = ["A"] };

        JobSnapshot[] others =
        [
            same with { Fraction = new DeviceFraction(0.4, 100) }, same with { Fraction = new DeviceFraction(0.5, 99) }, same with { CpuCoresPerAccelerator = 1 },
            same with { HostMemoryBytesPerAccelerator = 9 }, same with { Tenant = "y" }, same with { Types = ["A", "B"] }, same with { AffinityGroup = "g", IsAntiAffine = true },
        ];
        Assert.All(others, other => Assert.False(failed.Covers(other, 1, out _, out _)));
        Assert.False(failed.Covers(same, 2, out _, out _));
        failed.Clear();
        Assert.False(failed.Covers(same, 1, out _, out _));
    }

    private static JobSnapshot Part(double share, long bytes) => Jobs("x", 1).Single() with { Fraction = new DeviceFraction(share, bytes) };
}
