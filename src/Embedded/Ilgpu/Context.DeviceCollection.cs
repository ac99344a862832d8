using ILGPU.Runtime;

namespace ILGPU;

public sealed partial class Context
{
    /// <summary>The devices of a make.</summary>
    /// <typeparam name="TDevice">The make.</typeparam>
    public readonly ref struct DeviceCollection<TDevice>
        where TDevice : Device
    {
        private readonly TDevice[] _devices;

        internal DeviceCollection(TDevice[] devices)
        {
            _devices = devices;
        }

        /// <summary>The make.</summary>
        public AcceleratorType AcceleratorType => DeviceTypeAttribute.GetAcceleratorType(typeof(TDevice));

        /// <summary>How many.</summary>
        public int Count => _devices.Length;

        /// <summary>A device.</summary>
        public TDevice this[int deviceIndex]
        {
            get
            {
                ArgumentOutOfRangeException.ThrowIfNegative(deviceIndex);
                return deviceIndex < _devices.Length
                    ? _devices[deviceIndex]
                    : throw new NotSupportedException(
                        $"There is no {typeof(TDevice).Name} {deviceIndex}: the context has {_devices.Length} of them. "
                        + "CUDA and OpenCL devices need a driver and a build with -p:Packages=Official.");
            }
        }

        /// <summary>The devices.</summary>
        public Enumerator GetEnumerator() => new(_devices);

        /// <summary>Goes through the devices.</summary>
        public ref struct Enumerator
        {
            private readonly TDevice[] _devices;
            private int _index;

            internal Enumerator(TDevice[] devices)
            {
                _devices = devices;
                _index = -1;
            }

            /// <summary>The device.</summary>
            public readonly TDevice Current => _devices[_index];

            /// <summary>Goes to the next.</summary>
            public bool MoveNext() => ++_index < _devices.Length;
        }
    }
}
