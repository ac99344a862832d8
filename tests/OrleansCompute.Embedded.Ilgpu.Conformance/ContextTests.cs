using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;
using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;

namespace OrleansCompute.Embedded.Ilgpu.Conformance;

public sealed class ContextTests
{
    [Fact]
    public void Create_WithDevices_ListsThemInTheirOrder()
    {
        using var context = Context.Create(builder => builder.CPU(new CPUDevice(4, 8, 2)).DefaultCPU());
        Assert.Equal(2, context.GetCPUDevices().Count);
        Assert.Equal((4, 32, 2), (context.GetCPUDevice(0).WarpSize, context.GetCPUDevice(0).MaxNumThreadsPerGroup, context.GetCPUDevice(0).NumMultiprocessors));
        Assert.Equal(16, context.GetCPUDevice(1).MaxNumThreadsPerGroup);
        var names = new List<string>();
        foreach (var device in context)
        {
            names.Add(device.Name);
        }

        Assert.Equal([nameof(CPUAccelerator), nameof(CPUAccelerator)], names);
    }

    [Fact]
    public void Create_WithoutADevice_HasTheDefaultCpu()
    {
        using var context = Context.Create(_ => { });
        var device = Assert.Single(context.Devices);
        Assert.Equal((AcceleratorType.CPU, 4, 16), (device.AcceleratorType, device.WarpSize, device.MaxNumThreadsPerGroup));
    }

    [Fact]
    public void CreateDefault_Always_PrefersSomeDevice()
    {
        using var context = Context.CreateDefault();
        using var accelerator = context.GetPreferredDevice(preferCPU: true).CreateAccelerator(context);
        Assert.Equal(AcceleratorType.CPU, accelerator.AcceleratorType);
        Assert.Same(context, accelerator.Context);
        Assert.NotEmpty(accelerator.Name);
        Assert.Equal(accelerator.MaxNumThreads, accelerator.NumMultiprocessors * accelerator.MaxNumThreadsPerMultiprocessor);
    }

    [Fact]
    public void CudaAndOpenCL_WithoutADriver_AddNothingAndGettingOneThrows()
    {
        using var context = Context.Create(builder => builder.CPU(CPUDeviceKind.Nvidia).Cuda(_ => false).OpenCL(_ => false));
        Assert.Equal(0, context.GetCudaDevices().Count);
        Assert.Equal(0, context.GetCLDevices().Count);
        Assert.Throws<NotSupportedException>(() => context.GetCudaDevice(0));
        Assert.Throws<NotSupportedException>(() => context.GetCLDevice(0));
        Assert.Equal(32, context.GetCPUDevice(0).WarpSize);
        Assert.Equal(1024, context.GetCPUDevice(0).MaxNumThreadsPerGroup);
    }

    [Fact]
    public void CPUDevice_WithAShapeThatIsNone_Throws()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new CPUDevice(1, 4, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new CPUDevice(4, 3, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new CPUDevice(4, 4, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new CPUDevice(1024, 64, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => CPUDevice.GetDevice((CPUDeviceKind)17));
    }

    [Fact]
    public void GetCPUDevice_WhenThereIsNoSuch_Throws()
    {
        using var context = Context.Create(builder => builder.DefaultCPU());
        Assert.Throws<NotSupportedException>(() => context.GetCPUDevice(1));
        Assert.Throws<ArgumentOutOfRangeException>(() => context.GetCPUDevice(-1));
    }

    [Fact]
    public void AcceleratorCreated_WhenOneIsMade_NamesIt()
    {
        using var context = Context.Create(builder => builder.DefaultCPU());
        Accelerator? made = null;
        context.AcceleratorCreated += (_, accelerator) => made = accelerator;
        using var accelerator = context.CreateCPUAccelerator(0, CPUAcceleratorMode.Sequential);
        Assert.Same(accelerator, made);
        Assert.True(accelerator.UsesSequentialExecution);
    }

    [Fact]
    public void PrintInformation_Always_NamesTheLimits()
    {
        using var rig = new Rig();
        using var text = new StringWriter();
        rig.Accelerator.PrintInformation(text);
        Assert.Contains(nameof(CPUAccelerator), text.ToString(), StringComparison.Ordinal);
    }
}
