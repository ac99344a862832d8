using System.Diagnostics;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;

namespace ILGPU;

public sealed partial class Context
{
    /// <summary>Collects devices and settings for a context.</summary>
    public sealed class Builder : ContextProperties
    {
        private readonly List<Device> _devices = [];

        internal Builder()
        {
        }

        /// <summary>All devices.</summary>
        public Builder Default() => AllAccelerators().AutoAssertions().AutoIOOperations();

        /// <summary>All devices. CUDA and OpenCL devices need the official package.</summary>
        public Builder AllAccelerators() => this.DefaultCPU();

        /// <summary>All devices that fulfil a condition. CUDA and OpenCL devices need the official package.</summary>
        public Builder AllAccelerators(Predicate<Device> predicate)
        {
            ArgumentNullException.ThrowIfNull(predicate);
            return this.CPU(predicate);
        }

        /// <summary>How much is inlined.</summary>
        public Builder Inlining(InliningMode inliningMode)
        {
            InliningMode = inliningMode;
            return this;
        }

        /// <summary>Symbols for debuggers; not fewer than before.</summary>
        public Builder DebugSymbols(DebugSymbolsMode debugSymbolsMode)
        {
            if (debugSymbolsMode < DebugSymbolsMode)
            {
                throw new InvalidOperationException(
                    $"Debug symbols are {DebugSymbolsMode} already and cannot become {debugSymbolsMode}. Set them once, before Debug().");
            }

            DebugSymbolsMode = debugSymbolsMode;
            return this;
        }

        /// <summary>Checks assertions on GPUs.</summary>
        public Builder Assertions()
        {
            EnableAssertions = true;
            return Raise(DebugSymbolsMode.Basic);
        }

        /// <summary>Lets GPU kernels print.</summary>
        public Builder IOOperations()
        {
            EnableIOOperations = true;
            return Raise(DebugSymbolsMode.Basic);
        }

        /// <summary>Lets the compiler check itself.</summary>
        public Builder Verify()
        {
            EnableVerifier = true;
            return this;
        }

        /// <summary>How exact arithmetic is.</summary>
        public Builder Math(MathMode mathMode)
        {
            MathMode = mathMode;
            return this;
        }

        /// <summary>What kernels may do with static fields.</summary>
        public Builder StaticFields(StaticFieldMode fieldMode)
        {
            StaticFieldMode = fieldMode;
            return this;
        }

        /// <summary>What kernels may do with arrays.</summary>
        public Builder Arrays(ArrayMode arrayMode)
        {
            ArrayMode = arrayMode;
            return this;
        }

        /// <summary>What is cached.</summary>
        public Builder Caching(CachingMode cachingMode)
        {
            CachingMode = cachingMode;
            return this;
        }

        /// <summary>Checks assertions when a debugger is attached.</summary>
        public Builder AutoAssertions() => Debugger.IsAttached ? Assertions() : this;

        /// <summary>Lets GPU kernels print when a debugger is attached.</summary>
        public Builder AutoIOOperations() => Debugger.IsAttached ? IOOperations() : this;

        /// <summary>For debugging when a debugger is attached.</summary>
        public Builder AutoDebug() => Debugger.IsAttached ? Debug() : this;

        /// <summary>For debugging.</summary>
        public Builder Debug() => Optimize(OptimizationLevel.Debug).Assertions().IOOperations().Raise(DebugSymbolsMode.Kernel);

        /// <summary>For speed.</summary>
        public Builder Release() => Optimize(OptimizationLevel.Release);

        /// <summary>How much is optimised.</summary>
        public Builder Optimize(OptimizationLevel level)
        {
            OptimizationLevel = level;
            return this;
        }

        /// <summary>When memory is pinned for copies.</summary>
        public Builder PageLocking(PageLockingMode mode)
        {
            PageLockingMode = mode;
            return this;
        }

        /// <summary>Lets streams be measured.</summary>
        public Builder Profiling()
        {
            EnableProfiling = true;
            return this;
        }

        /// <summary>Keeps a value for an extension.</summary>
        public new void SetExtensionProperty<T>(string key, T value)
            where T : struct =>
            base.SetExtensionProperty(key, value);

        /// <summary>The context; without a device it gets the default CPU.</summary>
        public Context ToContext() => new(this, [.. _devices]);

        internal void Register(Device device)
        {
            if (!_devices.Contains(device))
            {
                _devices.Add(device);
            }
        }

        private Builder Raise(DebugSymbolsMode mode)
        {
            DebugSymbolsMode = mode > DebugSymbolsMode ? mode : DebugSymbolsMode;
            return this;
        }
    }
}
